"""CloudFormation's event as CDK's provider framework hands it on, read once and checked.

Source: aws-cdk-lib, README of the module `custom_resources`, "Provider framework".
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias, TypedDict, TypeGuard

from accounting_database.errors import InvalidRequest
from accounting_database.model import ClusterAccounting

_CLUSTER_NAME = re.compile(r"[a-z][a-z0-9-]{0,63}")
_CREATION = re.compile(r"[0-9a-f]{8}")
_SECRET_ARN = re.compile(r"arn:[a-z-]+:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:\S+")
_ID_CHARACTERS = 255


class ResourceEvent(TypedDict, total=False):
    """The parts of the framework's event that are read; whoever wrote the template is a stranger.

    Every event has the first two, an Update and a Delete the third, an Update the last.
    """

    RequestType: Literal["Create", "Update", "Delete"]
    ResourceProperties: Mapping[str, object]
    PhysicalResourceId: str
    OldResourceProperties: Mapping[str, object]


class Attributes(TypedDict):
    """What Fn::GetAtt gives."""

    DatabaseName: str
    UserName: str


class Made(TypedDict, total=False):
    """What the framework is told: the resource's id and its attributes."""

    PhysicalResourceId: str
    Data: Attributes


@dataclass(frozen=True, kw_only=True)
class Admit:
    """Have schema and user, with the password that the secret holds; `is_new`: of a Create."""

    accounting: ClusterAccounting
    password_secret_arn: str
    is_new: bool
    fulfilled = "admitted"

    @property
    def log_fields(self) -> dict[str, str]:
        """Whom a line of the log is about."""
        return self.accounting.log_fields


@dataclass(frozen=True, kw_only=True)
class Keep:
    """Nothing to do: the same user with the same secret."""

    accounting: ClusterAccounting
    fulfilled = "kept as it is"

    @property
    def log_fields(self) -> dict[str, str]:
        """Whom a line of the log is about."""
        return self.accounting.log_fields


@dataclass(frozen=True, kw_only=True)
class Release:
    """Have no user; None where no such request can ever have been fulfilled."""

    accounting: ClusterAccounting | None
    physical_id: str
    fulfilled = "released"

    @property
    def log_fields(self) -> dict[str, str]:
        """Whom a line of the log is about; only the resource's id where that is all there is."""
        if self.accounting:
            return self.accounting.log_fields
        return {"physical_id": self.physical_id}


Request: TypeAlias = Admit | Keep | Release


def parse_request(event: ResourceEvent) -> Request:
    """What to do; InvalidRequest names the property, its value and what is allowed.

    An Update to another cluster or creation admits another user; CloudFormation, which sees another
    physical id, deletes the old one afterwards. A Delete with properties that can't be read is the
    rollback of a Create that was refused for them.
    """
    properties = event["ResourceProperties"]
    if event["RequestType"] == "Delete":
        return Release(
            accounting=_made_once(properties), physical_id=event.get("PhysicalResourceId", "")
        )
    accounting = _accounting(properties)
    arn = _text(properties, "PasswordSecretArn", _SECRET_ARN, "the ARN of a secret")
    if (
        event["RequestType"] == "Update"
        and _made_once(event["OldResourceProperties"]) == accounting
        and event["OldResourceProperties"].get("PasswordSecretArn") == arn
    ):
        return Keep(accounting=accounting)
    return Admit(
        accounting=accounting, password_secret_arn=arn, is_new=event["RequestType"] == "Create"
    )


def _made_once(properties: Mapping[str, object]) -> ClusterAccounting | None:
    try:
        return _accounting(properties)
    except InvalidRequest:
        return None


def _accounting(properties: Mapping[str, object]) -> ClusterAccounting:
    return ClusterAccounting(
        cluster_name=_text(
            properties,
            "ClusterName",
            _CLUSTER_NAME,
            "a letter, then a-z, 0-9 and -, at most 64 characters, which name the schema",
        ),
        vlab_id=_id(properties, "VlabId"),
        project_id=_id(properties, "ProjectId"),
        creation=_text(properties, "Creation", _CREATION, "8 hexadecimal digits, 0-9 and a-f"),
    )


def _text(
    properties: Mapping[str, object], name: str, pattern: re.Pattern[str], allowed: str
) -> str:
    value = properties.get(name)
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise InvalidRequest(f"Property {name}", value, allowed)
    return value


def _id(properties: Mapping[str, object], name: str) -> str:
    value = properties.get(name)
    if not is_id(value):
        raise InvalidRequest(f"Property {name}", value, ID_ALLOWED)
    return value


ID_ALLOWED = f"a text of 1 to {_ID_CHARACTERS} characters"


def is_id(value: object) -> TypeGuard[str]:
    """Whether it can be a lab's or project's id; half a surrogate pair is in no UTF-8 text."""
    return (
        isinstance(value, str)
        and 0 < len(value) <= _ID_CHARACTERS
        and not re.search("[\ud800-\udfff]", value)
    )
