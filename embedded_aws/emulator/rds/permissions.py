"""What IAM is asked for before RDS acts: each resource, as the Service Authorization Reference has.

Creating an instance needs rds:CreateDBInstance on the instance, its parameter group, option group
and subnet group; tags in a creation need rds:AddTagsToResource; a password that RDS manages needs
what it takes to make a secret (Permissions required for Secrets Manager integration, RDS User
Guide).
"""

from collections.abc import Callable, Iterator
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import rds

from embedded_aws.emulator import further_permissions
from embedded_aws.emulator.api_request import ApiRequest
from embedded_aws.emulator.permission import Permission
from embedded_aws.emulator.seams import wrap

# By the parameter that names the resource, the first being the action's own where it is given.
KINDS = {
    "DBSnapshotIdentifier": "snapshot",
    "DBInstanceIdentifier": "db",
    "DBParameterGroupName": "pg",
    "DBSubnetGroupName": "subgrp",
    "OptionGroupName": "og",
}
MAKING = ("CreateDBInstance", "RestoreDBInstanceFromDBSnapshot")
TAGGED = {
    "CreateDBInstance": "db",
    "CreateDBParameterGroup": "pg",
    "CreateDBSnapshot": "snapshot",
    "CreateDBSubnetGroup": "subgrp",
    "RestoreDBInstanceFromDBSnapshot": "db",
}


def install() -> None:
    """Name the resources, and ask for all of them."""
    wrap("core.iam_actions.extract_resource_arn", _naming_resources)
    further_permissions.ask_for("rds", _further)
    wrap("services.tagging.resource_tags", _with_our_tags)


def arn(kind: str, name: str) -> str:
    """Give the ARN of a resource in the request's region and account."""
    return f"arn:aws:rds:{get_region()}:{get_account_id()}:{kind}:{name.lower()}"


def _naming_resources(extract: Callable[..., str]) -> Callable[..., str]:
    def extract_resource_arn(service: str, *rest: Any, **named: Any) -> str:
        if service != "rds":
            return extract(service, *rest, **named)
        query = named.get("query_params", rest[4] if len(rest) > 4 else {})  # noqa: PLR2004
        asked = {name: _first(query, name) for name in ("ResourceName", *KINDS)}
        if asked["ResourceName"]:
            return asked["ResourceName"]
        named_first = next((name for name in KINDS if asked[name]), None)
        return _named(named_first, asked[named_first]) if named_first else "*"

    return extract_resource_arn


def _named(parameter: str, value: str) -> str:
    return value if value.startswith("arn:") else arn(KINDS[parameter], value)


def _first(query: Any, name: str) -> str:
    value = (query or {}).get(name) or ""
    return str(value[0] if isinstance(value, list) else value)


def _further(request: ApiRequest) -> Iterator[Permission]:
    """What a request needs besides its own action on what its parameters name first."""
    verb = request.action.partition(":")[2]
    named = {name: request.parameter(name) for name in KINDS}
    if verb in MAKING:
        named["DBParameterGroupName"] = named["DBParameterGroupName"] or "default.mariadb"
        named["OptionGroupName"] = named["OptionGroupName"] or "default:mariadb"
        named["DBSubnetGroupName"] = named["DBSubnetGroupName"] or "default"
    if verb in (*MAKING, "CreateDBSnapshot", "ModifyDBInstance"):
        for parameter, value in list(named.items()):
            if value:
                yield Permission(action=request.action, resource=_named(parameter, value))
    if verb in TAGGED and request.parameter("Tags.member.1.Key") + request.parameter(
        "Tags.Tag.1.Key"
    ):
        kind = TAGGED[verb]
        name = next(named[each] for each in KINDS if KINDS[each] == kind)
        yield Permission(action="rds:AddTagsToResource", resource=arn(kind, name))
    if verb == "DeleteDBInstance" and request.parameter("FinalDBSnapshotIdentifier"):
        last = arn("snapshot", request.parameter("FinalDBSnapshotIdentifier"))
        yield Permission(action="rds:CreateDBSnapshot", resource=last)
    if request.parameter("ManageMasterUserPassword").lower() == "true":
        yield from _of_secret(request.parameter("MasterUserSecretKmsKeyId"))


def _of_secret(key: str) -> Iterator[Permission]:
    secret = f"arn:aws:secretsmanager:{get_region()}:{get_account_id()}:secret:rds!db-*"
    for verb in ("CreateSecret", "TagResource"):
        yield Permission(action=f"secretsmanager:{verb}", resource=secret)
    yield Permission(action="kms:DescribeKey", resource=key if key.startswith("arn:") else "*")


def _with_our_tags(original: Callable[[str], Any]) -> Callable[[str], Any]:
    def resource_tags(resource: str) -> Any:
        if ":rds:" not in resource:
            return original(resource)
        return {tag["Key"]: tag["Value"] for tag in rds._tags.get(resource) or []}

    return resource_tags
