"""The settings of Slurm's REST API on head nodes: whose tokens are taken."""

import re
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, StringConstraints, model_validator

from cdk_app.realm_keys_settings import RealmKeysSettings
from cdk_app.section import Section

HTTPS = 443
REALM_KEYS = "slurm-rest/jwks.json"
"""Where in the bucket of artifacts the realm's keys are published, for every head node."""
_PLACES = ("{vlab_id}", "{project_id}")
_SEPARATORS = ":/@+="
_APART = re.compile(
    r"[^{}]*({vlab_id}[^{}]*[:/@+=][^{}]*{project_id}|{project_id}[^{}]*[:/@+=][^{}]*{vlab_id})[^{}]*"
)


class SlurmRestSettings(Section):
    """A Keycloak realm, and what its tokens must have to be let in.

    Attributes:
        issuer: the realm's address, as its tokens have it, to the letter.
        audience: what their `aud` must have: an audience mapper's.
        claim: where a token says what its bearer may: names with dots between.
        admits: what has to be there, for each project, with `{vlab_id}` and `{project_id}`.
        fallback_user: `sim`, to be whom a head node doesn't know by name; else they are refused.
        keys: how the realm's keys come to head nodes.
    """

    issuer: Annotated[str, StringConstraints(pattern=r"^https://[A-Za-z0-9._~:/-]{1,500}$")]
    audience: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:/@+=-]{1,300}$")]
    claim: Annotated[
        str, StringConstraints(pattern=r"^[A-Za-z0-9_:/-]+(\.[A-Za-z0-9_:/-]+){0,5}$")
    ] = "realm_access.roles"
    admits: Annotated[
        str,
        StringConstraints(pattern=r"^[A-Za-z0-9._:/@+={}-]{1,120}$"),
        Field(validate_default=True),
    ] = "hpc:{vlab_id}:{project_id}"
    fallback_user: Literal["sim"] | None = None
    keys: RealmKeysSettings = RealmKeysSettings()

    @model_validator(mode="after")
    def _tells_projects_apart(self) -> Self:
        if not _APART.fullmatch(self.admits):
            raise ValueError(
                f"admits is '{self.admits}': it has {' and '.join(_PLACES)} once each, with one of"
                f" {_SEPARATORS} between them, which no id has; or one project's users are let into"
                " another's cluster"
            )
        return self

    def jwks_url(self) -> str:
        """Where the realm publishes its keys: where Keycloak does, unless the settings say."""
        return self.keys.jwks_url or f"{self.issuer.rstrip('/')}/protocol/openid-connect/certs"

    def keycloak_port(self) -> int:
        """Of that address."""
        return urlsplit(self.jwks_url()).port or HTTPS

    def admits_to(self, *, vlab_id: str, project_id: str) -> str:
        """What a token must have for this project; the ids may be tokens."""
        return self.admits.replace(_PLACES[0], vlab_id).replace(_PLACES[1], project_id)
