"""Slurm's REST API on the head node, for the tokens of a Keycloak realm.

Source: Slurm, slurm.conf(5), `AuthAltTypes` and `AuthAltParameters`.
"""

from dataclasses import dataclass

from hpc_constructs.node_scripts.slurm_rest.settings import PORT, SLURM_KEYS


@dataclass(frozen=True, kw_only=True)
class SlurmRestApi:
    """Whose tokens are taken, what they must claim, and where the realm's keys are.

    Attributes:
        issuer: the realm's, `https://…`, to the letter as its tokens have it.
        audience: what their `aud` must have.
        admits: what a token must have in `claim`; it may be a token of CDK's.
        claim: where, as names with dots between.
        keys_bucket_name: the bucket where the realm's keys are published. The nodes' boundary and
            the policy of the VPC's endpoint for S3 must let head nodes read them.
        keys_key: the object there, a JWKS.
        fallback_user: `sim`, to be whom a node doesn't know by name; None refuses them.
    """

    issuer: str
    audience: str
    admits: str
    claim: str = "realm_access.roles"
    keys_bucket_name: str
    keys_key: str
    fallback_user: str | None = None

    def node_arguments(self) -> tuple[str, ...]:
        """The arguments of a head node beside those of every node."""
        fallback = (f"--rest-fallback-user={self.fallback_user}",) if self.fallback_user else ()
        return (
            f"--rest-issuer={self.issuer}",
            f"--rest-audience={self.audience}",
            f"--rest-claim={self.claim}",
            f"--rest-admits={self.admits}",
            f"--rest-keys={self.keys_bucket_name}/{self.keys_key}",
            *fallback,
        )

    def url(self, head_node_ip: str) -> str:
        """Where it is served, by the address of the head node, which may be a token."""
        return f"https://{head_node_ip}:{PORT}"

    def slurm_settings(self) -> list[dict[str, object]]:
        """What of slurm.conf goes with it: ParallelCluster checks items that have one key."""
        return [
            {"AuthAltTypes": "auth/jwt"},
            {"AuthAltParameters": f"jwks={SLURM_KEYS}"},
        ]
