"""A stack operation acts as its service role, or as its caller.

ministack ignores RoleARN. Here CreateStack, UpdateStack, DeleteStack and the change sets act under
the role that they, their change set or the stack's last operation named, else under their caller;
a role that CloudFormation can't assume is refused, the stack keeps its role, and DescribeStacks
tells it.
"""

from collections.abc import Callable
from typing import Any

from ministack.services import cloudformation
from ministack.services.cloudformation import changesets, handlers, helpers

from embedded_aws.emulator import acting_principal
from embedded_aws.emulator.seams import wrap_entry

Parameters = dict[str, Any]
Response = tuple[int, dict[str, str], bytes]
Handler = Callable[[Parameters], Response]

ACTION_HANDLERS = "services.cloudformation._ACTION_HANDLERS"
OK = 200
OPERATIONS = (
    "CreateStack",
    "UpdateStack",
    "DeleteStack",
    "ExecuteChangeSet",
    "RollbackStack",
    "ContinueUpdateRollback",
)


def install() -> None:
    """Give every operation its principal."""
    for action in OPERATIONS:
        wrap_entry(ACTION_HANDLERS, action, _acting)
    wrap_entry(ACTION_HANDLERS, "CreateChangeSet", _keeping_role)
    wrap_entry(ACTION_HANDLERS, "DescribeStacks", _telling_role)


def live_stack(name_or_id: str) -> dict[str, Any] | None:
    """The stack by name or id, unless it is deleted."""
    stack = handlers._resolve_stack(name_or_id) if name_or_id else None
    if stack is None or stack.get("StackStatus") == "DELETE_COMPLETE":
        return None
    found: dict[str, Any] = stack
    return found


def _acting(original: Handler) -> Handler:
    def operation(parameters: Parameters) -> Response:
        name_or_id = helpers._p(parameters, "StackName")
        role_arn = helpers._p(parameters, "RoleARN") or _known_role(parameters, name_or_id)
        principal = acting_principal.assumed(role_arn) if role_arn else acting_principal.caller()
        if role_arn and principal is None:
            return _cannot_be_assumed(role_arn)
        token = acting_principal.current.set(principal)
        try:
            response = original(parameters)
        finally:
            acting_principal.current.reset(token)
        stack = live_stack(name_or_id)
        if response[0] == OK and role_arn and stack is not None:
            stack["RoleARN"] = role_arn
        return response

    return operation


def _known_role(parameters: Parameters, name_or_id: str) -> str:
    change_set_name = helpers._p(parameters, "ChangeSetName")
    if change_set_name:
        _, change_set = changesets._find_change_set(change_set_name, name_or_id)
        if change_set and change_set.get("_role_arn"):
            return str(change_set["_role_arn"])
    return str((live_stack(name_or_id) or {}).get("RoleARN") or "")


def _cannot_be_assumed(role_arn: str) -> Response:
    response: Response = helpers._error(
        "ValidationError", f"Role {role_arn} is invalid or cannot be assumed"
    )
    return response


def _keeping_role(original: Handler) -> Handler:
    def create_change_set(parameters: Parameters) -> Response:
        role_arn = helpers._p(parameters, "RoleARN")
        if role_arn and acting_principal.assumed(role_arn) is None:
            return _cannot_be_assumed(role_arn)
        response = original(parameters)
        _, change_set = changesets._find_change_set(
            helpers._p(parameters, "ChangeSetName"), helpers._p(parameters, "StackName")
        )
        if response[0] == OK and role_arn and change_set:
            change_set["_role_arn"] = role_arn
        return response

    return create_change_set


def _telling_role(original: Handler) -> Handler:
    def describe_stacks(parameters: Parameters) -> Response:
        status, headers, body = original(parameters)
        text = body.decode()
        for stack in cloudformation._stacks.values():
            if role_arn := stack.get("RoleARN"):
                stack_id = f"<StackId>{stack['StackId']}</StackId>"
                text = text.replace(stack_id, f"{stack_id}<RoleARN>{role_arn}</RoleARN>", 1)
        return status, headers, text.encode()

    return describe_stacks
