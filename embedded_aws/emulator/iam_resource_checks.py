"""The permissions for IAM's own resource types: here the boundary and each policy count."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ministack.core.responses import get_account_id
from ministack.services import iam

from embedded_aws.emulator.iam_condition_keys import role_boundary
from embedded_aws.emulator.permission import Permission

Properties = Mapping[str, Any]
Checks = Callable[[str, Properties, str], Iterator[Permission]]


def _role(verb: str, properties: Properties, physical_id: str) -> Iterator[Permission]:
    name = physical_id if verb != "create" else str(properties.get("RoleName") or physical_id)
    arn = _entity_arn("role", name, properties)
    boundary = _boundary_key(str(properties.get("PermissionsBoundary") or ""))
    attach, put = ("Detach", "Delete") if verb == "delete" else ("Attach", "Put")
    if verb == "create":
        yield Permission(action="iam:CreateRole", resource=arn, context=boundary)
        yield Permission(action="iam:GetRole", resource=arn)
        if properties.get("Tags"):
            yield Permission(action="iam:TagRole", resource=arn)
    if verb == "update":
        yield Permission(action="iam:UpdateRole", resource=arn)
        yield Permission(action="iam:UpdateAssumeRolePolicy", resource=arn)
    for policy_arn in properties.get("ManagedPolicyArns") or []:
        context = {**boundary, "iam:policyarn": policy_arn}
        yield Permission(action=f"iam:{attach}RolePolicy", resource=arn, context=context)
    if properties.get("Policies"):
        yield Permission(action=f"iam:{put}RolePolicy", resource=arn, context=boundary)
    if verb == "delete":
        yield Permission(action="iam:DeleteRole", resource=arn)


def _inline_policy(verb: str, properties: Properties, _: str) -> Iterator[Permission]:
    put = "Delete" if verb == "delete" else "Put"
    for role in properties.get("Roles") or []:
        yield Permission(
            action=f"iam:{put}RolePolicy",
            resource=_entity_arn("role", role, {}),
            context=_boundary_key(role_boundary(role) or ""),
        )


def _managed_policy(verb: str, properties: Properties, physical_id: str) -> Iterator[Permission]:
    name = str(properties.get("ManagedPolicyName") or physical_id)
    arn = physical_id if physical_id.startswith("arn:") else _entity_arn("policy", name, properties)
    action = {"create": "CreatePolicy", "update": "CreatePolicyVersion", "delete": "DeletePolicy"}
    yield Permission(action=f"iam:{action[verb]}", resource=arn)
    attach = "Detach" if verb == "delete" else "Attach"
    for role in properties.get("Roles") or []:
        yield Permission(
            action=f"iam:{attach}RolePolicy",
            resource=_entity_arn("role", role, {}),
            context={**_boundary_key(role_boundary(role) or ""), "iam:policyarn": arn},
        )


def _instance_profile(verb: str, properties: Properties, physical_id: str) -> Iterator[Permission]:
    name = str(properties.get("InstanceProfileName") or physical_id)
    arn = _entity_arn("instance-profile", name, properties)
    if verb == "create":
        yield Permission(action="iam:CreateInstanceProfile", resource=arn)
        for role in properties.get("Roles") or []:
            yield Permission(action="iam:AddRoleToInstanceProfile", resource=arn)
            yield Permission(
                action="iam:PassRole",
                resource=_entity_arn("role", role, {}),
                context={"iam:passedtoservice": "ec2.amazonaws.com"},
            )
    if verb == "delete":
        if properties.get("Roles"):
            yield Permission(action="iam:RemoveRoleFromInstanceProfile", resource=arn)
        yield Permission(action="iam:DeleteInstanceProfile", resource=arn)


IAM_CHECKS: Mapping[str, Checks] = {
    "AWS::IAM::InstanceProfile": _instance_profile,
    "AWS::IAM::ManagedPolicy": _managed_policy,
    "AWS::IAM::Policy": _inline_policy,
    "AWS::IAM::Role": _role,
}


def _boundary_key(boundary: str) -> dict[str, str]:
    return {"iam:permissionsboundary": boundary} if boundary else {}


def _entity_arn(kind: str, name: str, properties: Properties) -> str:
    known = iam._roles.get(name) if kind == "role" else None
    if known:
        return str(known["Arn"])
    path = properties.get("Path") or "/"
    return f"arn:aws:iam::{get_account_id()}:{kind}{path}{name}"
