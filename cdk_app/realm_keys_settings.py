"""The settings of the function that publishes a realm's keys to head nodes."""

import re
import ssl
from ipaddress import IPv4Network
from typing import Annotated, Self

from pydantic import Field, FilePath, StringConstraints, model_validator

from cdk_app.network_settings import MainVpcSettings
from cdk_app.section import Cidr, Section

_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
# They are a variable of the function's environment, which holds 4096 bytes.
_MOST_CHARACTERS = 2800


class KeycloakSubnet(Section):
    """A subnet of the Main VPC that Keycloak answers in.

    Attributes:
        cidr: its range.
        route_table_id: gets the route back; not given if the Main VPC is in another account.
    """

    cidr: Cidr
    route_table_id: Annotated[str, StringConstraints(pattern=r"^rtb-[0-9a-f]{8,17}$")] | None = None


class RealmKeysSettings(Section):
    """Where the realm's keys are, and how they come to head nodes.

    Attributes:
        jwks_url: where the realm publishes them; Keycloak's place below the issuer if not given.
        authorities: a file of certificates as PEM, of the authorities that Keycloak's is of; those
            that Amazon Linux trusts if not given.
        keycloak_subnets: in the Main VPC, where Keycloak is reached through the peering. Without
            any it is reached by the internet, and the function is in no VPC.
        fetch_every_minutes: how often they are asked for.
        token_lifetime_minutes: how long the realm's access tokens last, at most: for as long a key
            that the realm has dropped is still published.
    """

    jwks_url: Annotated[
        str | None, StringConstraints(pattern=r"^https://[A-Za-z0-9.-]+(:\d{1,5})?/[!-~]{0,400}$")
    ] = None
    authorities: FilePath | None = None
    keycloak_subnets: tuple[KeycloakSubnet, ...] = ()
    fetch_every_minutes: Annotated[int, Field(ge=2, le=60)] = 5
    token_lifetime_minutes: Annotated[int, Field(ge=1, le=10080)] = 60

    @model_validator(mode="after")
    def _has_authorities(self) -> Self:
        text = self.authorities_text()
        if self.authorities is None:
            return self
        if not 0 < len(text) <= _MOST_CHARACTERS:
            raise ValueError(
                f"authorities: {self.authorities} has {len(text)} characters of certificates;"
                f" allowed are 1 to {_MOST_CHARACTERS}: name the root's alone"
            )
        try:
            ssl.create_default_context(cadata=text)
        except (ssl.SSLError, ValueError) as error:
            raise ValueError(
                f"authorities: {self.authorities} can't be read as certificates: {error}"
            ) from error
        return self

    def authorities_text(self) -> str:
        """The certificates of the file, without what is between them; empty without a file."""
        content = self.authorities.read_text() if self.authorities else ""
        return "\n".join(_CERTIFICATE.findall(content))

    def check(self, main_vpc: MainVpcSettings | None, *, surroundings: bool) -> None:
        """What the rest of the settings decides about this section.

        Raises:
            ValueError: Keycloak's subnets are not in the Main VPC, or a route table isn't told.
        """
        where = "slurm_rest.keys.keycloak_subnets"
        if not self.keycloak_subnets:
            return
        if main_vpc is None or surroundings:
            raise ValueError(
                f"{where}: there is no Main VPC of yours that they could be in; name"
                " network.main_vpc, or leave them out where Keycloak is reached by the internet"
            )
        for subnet in self.keycloak_subnets:
            if not IPv4Network(subnet.cidr).subnet_of(IPv4Network(main_vpc.cidr)):
                raise ValueError(
                    f"{where} {subnet.cidr} is not in network.main_vpc.cidr {main_vpc.cidr}:"
                    " correct one"
                )
            if (subnet.route_table_id is None) != (main_vpc.account is not None):
                raise ValueError(
                    f"{where} {subnet.cidr} has route_table_id {subnet.route_table_id}: required,"
                    " unless the Main VPC is in another account, whose tables are its owner's"
                )
