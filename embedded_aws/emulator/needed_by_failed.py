"""What a resource that can't be deleted depends on stays, as long as that one is there.

ministack goes on deleting past a failure, whatever needs what. CloudFormation leaves alone what
the failed resource depends on, directly or through others.
"""

from collections.abc import Callable
from typing import Any

from ministack.services import cloudformation
from ministack.services.cloudformation import stacks

from embedded_aws.emulator.seams import wrap

# By stack id: the resources whose last deletion failed.
_failed: dict[str, set[str]] = {}


class StillNeededError(ValueError):
    """A resource is not deleted, since another that needs it is still there."""

    def __init__(self, needing: set[str]) -> None:
        super().__init__(f"Resource deletion skipped: still needed by {', '.join(sorted(needing))}")


def install() -> None:
    """Look before each deletion; after `stack_permissions`, whose refusals count too."""
    wrap("services.cloudformation.provisioners._delete_resource", _needed_ones_stay)


def _needed_ones_stay(original: Callable[..., Any]) -> Callable[..., Any]:
    def delete(
        type_: str,
        physical_id: str,
        properties: dict[str, Any],
        stack_name: str | None = None,
        logical_id: str | None = None,
    ) -> Any:
        stack = cloudformation._stacks.get(stack_name) if stack_name else None
        if stack is None or not logical_id:
            return original(type_, physical_id, properties, stack_name, logical_id)
        failed = _failed.setdefault(stack["StackId"], set())
        try:
            if needing := {one for one in failed - {logical_id} if _needs(stack, one, logical_id)}:
                raise StillNeededError(needing)
            result = original(type_, physical_id, properties, stack_name, logical_id)
        except Exception:
            failed.add(logical_id)
            raise
        failed.discard(logical_id)
        return result

    return delete


def _needs(stack: dict[str, Any], one: str, other: str) -> bool:
    definitions = (stack.get("_template") or {}).get("Resources", {})
    return other in stacks._with_dependencies([one], definitions, set(definitions))
