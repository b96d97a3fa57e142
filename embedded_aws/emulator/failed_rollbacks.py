"""What a rollback could not delete is deleted with the stack.

ministack keeps it aside for ContinueUpdateRollback, so the deletion of a ROLLBACK_FAILED stack
says DELETE_COMPLETE and leaves it behind.
"""

from collections.abc import Callable
from typing import Any

from ministack.services import cloudformation

from embedded_aws.emulator.seams import wrap


def install() -> None:
    """Put it back into the stack before the deletion."""
    wrap("services.cloudformation.stacks._delete_stack_async", _with_what_rollback_left)


def _with_what_rollback_left(original: Callable[..., Any]) -> Callable[..., Any]:
    async def delete_stack(stack_name: str, stack_id: str, *options: Any, **more: Any) -> None:
        stack = cloudformation._stacks.get(stack_name) or {}
        for logical_id, record in (stack.pop("_rollback_failed", None) or {}).items():
            if "RevertTo" not in record:
                kept = {
                    "LogicalResourceId": logical_id,
                    "ResourceStatus": "DELETE_FAILED",
                    **record,
                }
                stack["_resources"].setdefault(logical_id, kept)
        await original(stack_name, stack_id, *options, **more)

    return delete_stack
