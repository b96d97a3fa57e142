"""CreateStack again: its token, and the stacks that had the name before.

ministack ignores CreateStack's ClientRequestToken, makes a new stack over one that is
ROLLBACK_COMPLETE, and forgets a deleted stack when its name is taken again. On AWS the same token
is answered with the same stack, every other stack of a name that is in use is
AlreadyExistsException, and a deleted stack is found by its id.
"""

from typing import Any

from ministack.services import cloudformation
from ministack.services.cloudformation import helpers

from embedded_aws.emulator.seams import wrap_entry
from embedded_aws.emulator.stack_principal import (
    ACTION_HANDLERS,
    OK,
    Handler,
    Parameters,
    Response,
    live_stack,
)


def install() -> None:
    """Answer repeats of CreateStack before ministack sees them."""
    wrap_entry(ACTION_HANDLERS, "CreateStack", _once_per_token)
    wrap_entry(ACTION_HANDLERS, "CreateChangeSet", _keeping_deleted_stacks)


def _once_per_token(original: Handler) -> Handler:
    def create_stack(parameters: Parameters) -> Response:
        name = helpers._p(parameters, "StackName")
        token = helpers._p(parameters, "ClientRequestToken")
        stack = live_stack(name)
        if stack is not None:
            return _repeated(stack, token)
        _file_deleted_stack(name)
        response = original(parameters)
        created = live_stack(name)
        if response[0] == OK and created is not None:
            created["_create_token"] = token
        return response

    return create_stack


def _repeated(stack: dict[str, Any], token: str) -> Response:
    if token and stack.get("_create_token") == token:
        result = f"<CreateStackResult><StackId>{stack['StackId']}</StackId></CreateStackResult>"
        same: Response = helpers._xml(OK, "CreateStackResponse", result)
        return same
    taken: Response = helpers._error(
        "AlreadyExistsException", f"Stack [{stack['StackName']}] already exists"
    )
    return taken


def _keeping_deleted_stacks(original: Handler) -> Handler:
    def create_change_set(parameters: Parameters) -> Response:
        _file_deleted_stack(helpers._p(parameters, "StackName"))
        return original(parameters)

    return create_change_set


def _file_deleted_stack(name: str) -> None:
    """Keep a deleted stack under its id, so that the next one of its name doesn't replace it."""
    stack = cloudformation._stacks.get(name)
    if stack is not None and stack.get("StackStatus") == "DELETE_COMPLETE":
        cloudformation._stacks[stack["StackId"]] = cloudformation._stacks.pop(name)
