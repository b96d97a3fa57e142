"""Slurm accounting in a database that others than the cluster keep.

Sources: ParallelCluster user guide, "Slurm accounting with AWS ParallelCluster" and `Database` of
the cluster configuration; Slurm, slurm.conf(5).
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class SlurmAccounting:
    """Where a cluster's slurmdbd keeps records, and under which accounts.

    Attributes:
        server: `host:port`.
        database: the schema's name, this cluster's only: two daemons on one lock each other out.
        user: may do everything in it.
        password_secret_arn: the whole string of this secret is the user's password. The head node
            reads it, with the permission that ParallelCluster adds to its role; the nodes' boundary
            lets it where the secret's name is `hpc-accounting/<cluster>-<eight characters>`.
        vlab_account: what the name of the lab's account is made of, which is in lower case.
        project_account: that of the one below it, which the cluster's users run jobs in.
    """

    server: str
    database: str
    user: str
    password_secret_arn: str
    vlab_account: str
    project_account: str

    def node_arguments(self) -> tuple[str, ...]:
        """The arguments of a head node beside those of every node."""
        return (
            f"--vlab-account={self.vlab_account}",
            f"--project-account={self.project_account}",
        )

    def database_settings(self) -> dict[str, object]:
        """ParallelCluster's `SlurmSettings/Database`."""
        return {
            "Uri": self.server,
            "UserName": self.user,
            "PasswordSecretArn": self.password_secret_arn,
            "DatabaseName": self.database,
        }

    def slurm_settings(self) -> list[dict[str, object]]:
        """What of slurm.conf goes with it: ParallelCluster checks items that have one key."""
        return [
            # Without an association nobody runs a job; with one, as much as its limits allow.
            {"AccountingStorageEnforce": "associations,limits"},
        ]
