"""`iam:PassRole` for the role that a request hands to a service.

ministack never asks for it. Here a request that names a role is refused unless its caller may pass
that role to that service, with `iam:PassedToService` in the context, and the refusal names
PassRole and the role.
"""

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from ministack.core import iam_actions
from ministack.services import iam

from embedded_aws.emulator import api_request
from embedded_aws.emulator.api_request import ApiRequest
from embedded_aws.emulator.seams import wrap

CLOUDFORMATION = "cloudformation.amazonaws.com"
LAMBDA = "lambda.amazonaws.com"
STATES = "states.amazonaws.com"
EC2 = "ec2.amazonaws.com"
PASSES = {
    # action: (parameter that names the role, service that gets it)
    "cloudformation:CreateStack": ("RoleARN", CLOUDFORMATION),
    "cloudformation:UpdateStack": ("RoleARN", CLOUDFORMATION),
    "cloudformation:DeleteStack": ("RoleARN", CLOUDFORMATION),
    "cloudformation:CreateChangeSet": ("RoleARN", CLOUDFORMATION),
    "lambda:CreateFunction": ("Role", LAMBDA),
    "lambda:UpdateFunctionConfiguration": ("Role", LAMBDA),
    "states:CreateStateMachine": ("roleArn", STATES),
    "states:UpdateStateMachine": ("roleArn", STATES),
}

Enforce = Callable[..., Any]
_refused_role: ContextVar[str] = ContextVar("embedded_aws_refused_role", default="")


def install() -> None:
    """Ask for PassRole once the request itself is allowed."""
    wrap("core.iam_evaluator.enforce", _enforcing_pass_role)
    wrap("core.iam_actions.access_denied_response", _naming_pass_role)


def _enforcing_pass_role(original: Enforce) -> Enforce:
    def enforce(
        access_key_id: str, iam_action: str, service: str, region: str, **context: Any
    ) -> Any:
        api_request.access_key.set(access_key_id or "")
        _refused_role.set("")
        refusal = original(access_key_id, iam_action, service, region, **context)
        if refusal is not None:
            return refusal
        request = api_request.current.get()
        if request is None or request.action != iam_action:
            return None
        passed = _passed_role(request)
        if passed is None:
            return None
        role, receiver = passed
        refusal = original(
            access_key_id,
            "iam:PassRole",
            "iam",
            region,
            resource_arn=role,
            service_context={"iam:PassedToService": receiver},
        )
        if refusal is not None:
            _refused_role.set(role)
        return refusal

    return enforce


def _passed_role(request: ApiRequest) -> tuple[str, str] | None:
    if request.action == "iam:AddRoleToInstanceProfile":
        return _role_arn(request.parameter("RoleName")), EC2
    if request.action == "ec2:RunInstances":
        profile = (
            request.parameter("IamInstanceProfile.Name")
            or request.parameter("IamInstanceProfile.Arn").rpartition("/")[2]
        )
        role = role_of_profile(profile)
        return (role, EC2) if role else None
    if request.action not in PASSES:
        return None
    parameter, receiver = PASSES[request.action]
    role = request.parameter(parameter)
    return (role, receiver) if role else None


def role_of_profile(profile_name: str) -> str:
    """The ARN of the instance profile's role, "" without one."""
    names = (iam._instance_profiles.get(profile_name) or {}).get("Roles") or []
    return _role_arn(names[0]) if names else ""


def _role_arn(role_name: str) -> str:
    return str((iam._roles.get(role_name) or {}).get("Arn") or role_name)


def _naming_pass_role(original: Callable[..., Any]) -> Callable[..., Any]:
    def access_denied_response(
        service: str, action: str, principal_arn: str, request_id: str, **details: Any
    ) -> Any:
        role = _refused_role.get()
        if role:
            details["message"] = iam_actions.identity_denial_message(
                "iam:PassRole", principal_arn, role, details.get("explicit_deny", False)
            )
        return original(service, action, principal_arn, request_id, **details)

    return access_denied_response
