"""The principal under which a stack operation acts, and what it may do."""

import json
from contextvars import ContextVar
from typing import Any

from ministack.core import iam_actions, iam_evaluator
from ministack.core.responses import get_account_id, get_region
from ministack.services import iam, tagging

from embedded_aws.emulator import api_request, permission_log
from embedded_aws.emulator.permission import Permission

SERVICE = "cloudformation.amazonaws.com"

# A stack's operation is a task that copies the context of the request that began it, and each of
# its threads copies the task's: so the principal reaches every resource, in nested stacks too.
current: ContextVar[Any] = ContextVar("embedded_aws_acting_principal", default=None)


class DeniedError(ValueError):
    """CloudFormation's principal lacks a permission; worded as AWS words it in a stack's events."""

    def __init__(self, principal_arn: str, permission: Permission, *, explicit: bool) -> None:
        message = iam_actions.identity_denial_message(
            permission.action, principal_arn, permission.resource, explicit
        )
        super().__init__(
            f'Resource handler returned message: "{message}" (HandlerErrorCode: AccessDenied)'
        )


def assumed(role_arn: str, *, by: str = SERVICE, session: str = "AWSCloudFormation") -> Any:
    """The principal that a service is after assuming the role; None if it may not."""
    role = iam._roles.get(role_arn.rpartition("/")[2])
    if role is None or role["Arn"] != role_arn or not _trusts(role, by):
        return None
    account = get_account_id()
    name = role["RoleName"]
    return iam_evaluator.PrincipalInfo(
        arn=f"arn:aws:sts::{account}:assumed-role/{name}/{session}",
        type="AssumedRole",
        account=account,
        policies=iam_evaluator._gather_role_policies(name, account),
        limits=iam_evaluator._permissions_boundary(iam._roles, name, account),
        keys={
            f"aws:principaltag/{tag['Key'].lower()}": tag["Value"] for tag in role.get("Tags") or []
        },
    )


def caller() -> Any:
    """The principal of the request that is being answered; None if there is none."""
    access_key = api_request.access_key.get()
    if not access_key:
        return None
    principal = iam_evaluator.resolve_principal(access_key, get_account_id())
    if isinstance(principal, iam_evaluator.AuthError):
        return None
    if principal.policies is not None:
        # What a service does with its caller's own permissions is marked as such.
        principal.keys = {
            **principal.keys,
            "aws:calledvia": [SERVICE],
            "aws:calledviafirst": SERVICE,
            "aws:calledvialast": SERVICE,
            "aws:viaawsservice": "true",
        }
    return principal


def require(permission: Permission) -> None:
    """Raise DeniedError unless the acting principal may; the account's root may everything."""
    principal = current.get()
    if principal is None or principal.policies is None:
        return
    result = _evaluated(principal, permission)
    if result.decision != "Allow":
        raise DeniedError(principal.arn, permission, explicit=result.decision == "Deny")


def may(principal: Any, permission: Permission) -> bool:
    """Whether the policies of the principal allow it; of nobody they allow nothing."""
    return principal is not None and _evaluated(principal, permission).decision == "Allow"


def _evaluated(principal: Any, permission: Permission) -> Any:
    context = iam_evaluator.EvalContext(
        principal_arn=principal.arn,
        principal_type=principal.type,
        principal_account=principal.account,
        action=permission.action,
        resource_arn=permission.resource,
        region=get_region(),
        # A request that names no tags has no aws:TagKeys.
        service_context={
            "aws:tagkeys": None,
            **_resource_tags(permission.resource),
            **permission.context,
        },
        principal_keys=principal.keys,
    )
    result = iam_evaluator.evaluate(context, principal.policies, *principal.limits)
    permission_log.record(
        principal_arn=principal.arn,
        action=permission.action,
        resource=permission.resource,
        allowed=result.decision == "Allow",
    )
    return result


def _resource_tags(arn: str) -> dict[str, str]:
    """The condition keys `aws:ResourceTag/…` of what is there under the ARN."""
    tags = tagging.resource_tags(arn) or {}
    return {f"aws:resourcetag/{name}".lower(): value for name, value in tags.items()}


def _trusts(role: dict[str, Any], service: str) -> bool:
    document = json.loads(role["AssumeRolePolicyDocument"])
    statements = document.get("Statement", [])
    return any(
        statement.get("Effect") == "Allow"
        and iam_evaluator._service_principal_matches(statement.get("Principal"), service)
        for statement in (statements if isinstance(statements, list) else [statements])
    )
