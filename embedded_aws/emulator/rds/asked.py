"""What a request asks for: RDS's flat parameters, typed; also those of a template's resource."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ministack.services import rds
from ministack.services.cloudformation import provisioners

# Properties of templates that the API calls otherwise.
RENAMED = {"VPCSecurityGroups": "VpcSecurityGroupIds"}


@dataclass(frozen=True)
class Asked:
    """The parameters of a request as ministack reads them: `Name`, `Name.member.1`."""

    parameters: Mapping[str, Any]

    def text(self, name: str) -> str:
        """The value, "" if it isn't given."""
        return str(rds._p(self.parameters, name) or "")

    def given(self, name: str) -> bool:
        """Whether there is a value."""
        return self.text(name) != ""

    def number(self, name: str) -> int | None:
        """The value, None if it isn't given."""
        return int(self.text(name)) if self.given(name) else None

    def flag(self, name: str) -> bool:
        """Whether it is true."""
        return self.text(name).lower() == "true"

    def members(self, name: str) -> list[str]:
        """The values of a list."""
        return list(rds._parse_member_list(self.parameters, name))

    def tags(self) -> list[dict[str, str]]:
        """The tags that it gives."""
        return list(rds._parse_tags(self.parameters))

    def having(self, **changed: str) -> "Asked":
        """The same with other values; "" takes one away."""
        return Asked({**self.parameters, **changed})


def of_properties(properties: Mapping[str, Any]) -> Asked:
    """What a template's resource asks for."""
    secret = properties.get("MasterUserSecret") or {}
    wanted = {**properties, "MasterUserSecretKmsKeyId": secret.get("KmsKeyId")}
    return Asked(provisioners._ec_query(wanted, RENAMED))
