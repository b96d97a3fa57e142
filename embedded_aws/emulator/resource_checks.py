"""The permissions that one resource of a stack needs, each with its resource and its context."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import ec2
from ministack.services.cloudformation import provisioners

from embedded_aws.emulator.iam_pass_role import role_of_profile
from embedded_aws.emulator.iam_resource_checks import IAM_CHECKS
from embedded_aws.emulator.permission import Permission
from embedded_aws.emulator.resource_actions import actions_of

ACTION = re.compile(r"(?P<action>[^?@]+)(?:\?(?P<property>[^@]+))?(?:@(?P<resource>.+))?")
PASSED = {
    # type: (property that holds a role's ARN, service that gets it)
    "AWS::ApiGateway::Account": ("CloudWatchRoleArn", "apigateway.amazonaws.com"),
    "AWS::EC2::FlowLog": ("DeliverLogsPermissionArn", "vpc-flow-logs.amazonaws.com"),
    "AWS::Lambda::Function": ("Role", "lambda.amazonaws.com"),
    "AWS::RDS::DBInstance": ("MonitoringRoleArn", "monitoring.rds.amazonaws.com"),
    "AWS::StepFunctions::StateMachine": ("RoleArn", "states.amazonaws.com"),
}


@dataclass(frozen=True, kw_only=True)
class StackResource:
    """A resource that is about to be made, changed or deleted; without physical id when made."""

    type_: str
    logical_id: str
    stack_name: str
    properties: Mapping[str, Any] = field(default_factory=dict)
    physical_id: str = ""


def permissions(resource: StackResource, verb: str) -> Iterator[Permission]:
    """What CloudFormation must be allowed to do to `verb` ("create", …) the resource."""
    if resource.type_ in IAM_CHECKS:
        yield from IAM_CHECKS[resource.type_](verb, resource.properties, _id(resource, name=None))
        return
    known = actions_of(resource.type_)
    tags = _tag_keys(resource.properties, verb)
    for written in getattr(known, verb):
        action = ACTION.fullmatch(written)
        if action is None or (
            action["property"] and not resource.properties.get(action["property"])
        ):
            continue
        arn = _arn(action["resource"] or known.resource, resource, known.name)
        keys = {
            **tags,
            **_created_by(action["action"], getattr(known, verb)[0], verb),
            **_key_of_kms(action["action"], used_by=known.resource),
            **_linked_service(action["action"], arn),
        }
        yield Permission(action=action["action"], resource=arn, context=keys)
    if verb != "delete":
        yield from _passed_roles(resource)


def _created_by(action: str, first: str, verb: str) -> dict[str, str]:
    """The key that tells tags given at creation from those that are given later."""
    if action != "ec2:CreateTags" or verb != "create":
        return {}
    return {"ec2:createaction": first.partition(":")[2]}


def _key_of_kms(action: str, *, used_by: str) -> dict[str, str]:
    """The condition keys of a call to KMS that the resource's service makes for its caller."""
    if not action.startswith("kms:"):
        return {}
    service = f"{used_by.partition(':')[0]}.{get_region()}.amazonaws.com"
    granted = {"kms:grantisforawsresource": "true"} if action == "kms:CreateGrant" else {}
    return {"kms:viaservice": service, **granted}


def _linked_service(action: str, arn: str) -> dict[str, str]:
    """The condition key of a service-linked role: its service, which is in its path."""
    if action != "iam:CreateServiceLinkedRole":
        return {}
    return {"iam:awsservicename": arn.split("/")[2]}


def _passed_roles(resource: StackResource) -> Iterator[Permission]:
    role, service = "", ""
    if resource.type_ in PASSED:
        named_by, service = PASSED[resource.type_]
        role = str(resource.properties.get(named_by) or "")
    if resource.type_ == "AWS::EC2::Instance":
        service = "ec2.amazonaws.com"
        role = role_of_profile(_profile_of_instance(resource.properties))
    if role:
        yield Permission(
            action="iam:PassRole", resource=role, context={"iam:passedtoservice": service}
        )


def _profile_of_instance(properties: Mapping[str, Any]) -> str:
    """The name of the instance profile, the instance's own or its launch template's."""
    if own := properties.get("IamInstanceProfile"):
        return str(own)
    asked = properties.get("LaunchTemplate") or {}
    template = ec2._launch_templates.get(asked.get("LaunchTemplateId")) or {}
    for version in template.get("Versions") or []:
        if str(version["VersionNumber"]) == str(asked.get("Version")):
            profile = version["LaunchTemplateData"].get("IamInstanceProfile") or {}
            return str(profile.get("Name") or str(profile.get("Arn") or "").rpartition("/")[2])
    return ""


def _arn(template: str, resource: StackResource, name: str | None) -> str:
    physical_id = _id(resource, name)
    if template == "*":
        return "*"
    if physical_id.startswith("arn:") and "{id}" in template:
        return physical_id

    def value(match: re.Match[str]) -> str:
        known = {"region": get_region(), "account": get_account_id(), "id": physical_id}
        return str(known.get(match[1]) or resource.properties.get(match[1]) or "*")

    filled = re.sub(r"\{(\w+)\}", value, template)
    return filled if filled.startswith("arn:") else f"arn:aws:{filled}"


def _id(resource: StackResource, name: str | None) -> str:
    """The physical id; before there is one, its name if CloudFormation gives it one, else `*`."""
    if resource.physical_id:
        return resource.physical_id.lstrip("/") if name == "Name" else resource.physical_id
    if name is None and not resource.type_.startswith("AWS::IAM::"):
        return "*"
    given = resource.properties.get(name or "")
    if given:
        return str(given).lstrip("/") if name == "Name" else str(given)
    return str(provisioners._physical_name(resource.stack_name, resource.logical_id))


def without_system_tags(properties: Mapping[str, Any]) -> dict[str, Any]:
    """The properties without the tags `aws:…`: CloudFormation sets those by its own right."""
    tags = properties.get("Tags")
    if isinstance(tags, dict):
        own: Any = {key: value for key, value in tags.items() if not str(key).startswith("aws:")}
    elif isinstance(tags, list):
        own = [tag for tag in tags if not str(_pair(tag)[0]).startswith("aws:")]
    else:
        return dict(properties)
    return {**properties, "Tags": own}


def _tag_keys(properties: Mapping[str, Any], verb: str) -> dict[str, Any]:
    """The condition keys of the tags that the resource is given, or bears when deleted."""
    given = properties.get("Tags") or []
    pairs = given.items() if isinstance(given, dict) else [_pair(tag) for tag in given]
    tags = {str(key): str(value) for key, value in pairs}
    if not tags:
        return {}
    kind = "requesttag" if verb == "create" else "resourcetag"
    keys: dict[str, Any] = {f"aws:{kind}/{key.lower()}": value for key, value in tags.items()}
    return {**keys, "aws:tagkeys": list(tags)} if verb == "create" else keys


def _pair(tag: Any) -> tuple[Any, Any]:
    return (tag.get("Key"), tag.get("Value")) if isinstance(tag, dict) else (tag, "")
