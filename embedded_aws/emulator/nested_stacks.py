"""A nested stack is deleted like any stack, also after it failed.

ministack leaves a nested stack whose creation failed as it is; and it deletes one without events,
without DeletionPolicy, and as if every deletion succeeded.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from ministack.services import cloudformation
from ministack.services.cloudformation import provisioners, stacks

from embedded_aws.emulator.leftovers import leave
from embedded_aws.emulator.seams import wrap_handler

NESTED_STACK = "AWS::CloudFormation::Stack"

Properties = dict[str, Any]
Create = Callable[[str, Properties, str], tuple[str, Properties]]


def install() -> None:
    """Replace the deletion, and keep in the parent what failed."""
    wrap_handler(NESTED_STACK, "create", _kept_when_failed)
    wrap_handler(NESTED_STACK, "delete", lambda _original: _delete)


def _kept_when_failed(original: Create) -> Create:
    def create(logical_id: str, properties: Properties, parent: str) -> tuple[str, Properties]:
        known = set(cloudformation._stacks)
        try:
            return original(logical_id, properties, parent)
        except BaseException as reason:
            # Also what is no error: a cancelled creation.
            for name in set(cloudformation._stacks) - known:
                child = cloudformation._stacks[name]
                if child.get("_parent_stack_name") == parent and _is_of(child, parent, logical_id):
                    _tell_failure(child, reason)
                    leave(
                        parent,
                        logical_id,
                        type_=NESTED_STACK,
                        physical_id=child["StackId"],
                        properties=properties,
                        reason=str(reason),
                    )
            raise

    return create


def _is_of(child: dict[str, Any], parent: str, logical_id: str) -> bool:
    return str(child["StackName"]).startswith(f"{parent}-{logical_id}-")


def _tell_failure(child: dict[str, Any], reason: BaseException) -> None:
    if child["StackStatus"] == "CREATE_FAILED":
        name, stack_id = child["StackName"], child["StackId"]
        stacks._add_event(
            stack_id, name, name, NESTED_STACK, "CREATE_FAILED", str(reason), stack_id
        )


def _delete(physical_id: str, _properties: Properties) -> None:
    """Run the deletion of a stack to its end; this is a worker thread, which has no loop yet."""
    name = provisioners._nested_stack_lookup_name(physical_id)
    child = cloudformation._stacks.get(name)
    if child is None or child["StackStatus"] == "DELETE_COMPLETE":
        return
    asyncio.run(stacks._delete_stack_async(name, child["StackId"]))
    if child["StackStatus"] != "DELETE_COMPLETE":
        raise RuntimeError(
            f"Embedded stack {child['StackId']} was not successfully deleted: "
            f"{child.get('StackStatusReason', '')}"
        )
