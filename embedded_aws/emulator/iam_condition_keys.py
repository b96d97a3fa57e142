"""Condition keys of IAM, CloudFormation and EventBridge requests.

ministack never fills `iam:PermissionsBoundary`, `iam:PolicyARN`, CloudFormation's own keys, and
`events:source` and `events:detail-type` of PutEvents, so an Allow that names one never allows. Here
they are in the context of exactly those actions that have them on AWS (Service Authorization
Reference); elsewhere they stay absent, as there. Not so exact: AWS asks for each entry of
PutEvents; here entries that differ in a key leave it absent.
"""

import json
from collections.abc import Callable
from typing import Any

from ministack.services import iam

from embedded_aws.emulator import api_request
from embedded_aws.emulator.api_request import ApiRequest
from embedded_aws.emulator.seams import wrap

RequestContext = Callable[[str, str, bytes, dict[str, Any]], dict[str, Any]]

SETS_BOUNDARY = {
    f"iam:{verb}"
    for verb in (
        "CreateRole",
        "CreateUser",
        "PutRolePermissionsBoundary",
        "PutUserPermissionsBoundary",
    )
}
BOUNDARY_OF_ROLE = {
    "iam:AttachRolePolicy",
    "iam:DetachRolePolicy",
    "iam:PutRolePolicy",
    "iam:DeleteRolePolicy",
    "iam:DeleteRolePermissionsBoundary",
}
NAMES_POLICY = {
    f"iam:{verb}{kind}Policy" for verb in ("Attach", "Detach") for kind in ("Role", "User", "Group")
}
TEMPLATE_ACTIONS = {"CreateStack", "UpdateStack", "CreateChangeSet"}
EVENT_KEYS = {"events:source": "Source", "events:detail-type": "DetailType"}
CLOUDFORMATION_KEYS = {
    # condition key: (parameter, actions that have it)
    "TemplateUrl": ("TemplateURL", TEMPLATE_ACTIONS),
    "RoleArn": ("RoleARN", TEMPLATE_ACTIONS | {"DeleteStack", "RollbackStack"}),
    "StackPolicyUrl": ("StackPolicyURL", {"CreateStack", "UpdateStack", "SetStackPolicy"}),
    "ChangeSetName": (
        "ChangeSetName",
        {"CreateChangeSet", "ExecuteChangeSet", "DescribeChangeSet", "DeleteChangeSet"},
    ),
}


def install() -> None:
    """Add the keys to the context of every request, and remember the request."""
    wrap("core.iam_actions.request_tag_context", _with_our_keys)


def role_boundary(role_name: str) -> str | None:
    """The ARN of the role's permissions boundary; None without one, or without the role."""
    boundary = (iam._roles.get(role_name) or {}).get("PermissionsBoundary")
    return str(boundary) if boundary else None


def _with_our_keys(original: RequestContext) -> RequestContext:
    def request_tag_context(
        service: str, iam_action: str, body: bytes, params: dict[str, Any]
    ) -> dict[str, Any]:
        request = ApiRequest(action=iam_action, body=body, query=params)
        api_request.current.set(request)
        known = original(service, iam_action, body, params)
        return {**known, **_our_keys(request)}

    return request_tag_context


def _our_keys(request: ApiRequest) -> dict[str, str]:
    return {**_iam_keys(request), **_cloudformation_keys(request), **_event_keys(request)}


def _iam_keys(request: ApiRequest) -> dict[str, str]:
    keys = {}
    if request.action in SETS_BOUNDARY:
        keys["iam:PermissionsBoundary"] = request.parameter("PermissionsBoundary")
    if request.action in BOUNDARY_OF_ROLE:
        keys["iam:PermissionsBoundary"] = role_boundary(request.parameter("RoleName")) or ""
    if request.action in NAMES_POLICY:
        keys["iam:PolicyARN"] = request.parameter("PolicyArn")
    return {key: value for key, value in keys.items() if value}


def _cloudformation_keys(request: ApiRequest) -> dict[str, str]:
    service, _, verb = request.action.partition(":")
    if service != "cloudformation":
        return {}
    return {
        f"cloudformation:{key}": value
        for key, (parameter, actions) in CLOUDFORMATION_KEYS.items()
        if verb in actions and (value := request.parameter(parameter))
    }


def _event_keys(request: ApiRequest) -> dict[str, str]:
    if request.action != "events:PutEvents":
        return {}
    entries = json.loads(request.body or b"{}").get("Entries") or []
    values = {key: {entry.get(member) for entry in entries} for key, member in EVENT_KEYS.items()}
    return {key: str(given.pop()) for key, given in values.items() if len(given) == 1}
