"""Why a stack failed: the first causes among CloudFormation's events."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypedDict


class StackEvent(TypedDict, total=False):
    """One of CloudFormation's events, as far as it is read."""

    StackId: str
    LogicalResourceId: str
    PhysicalResourceId: str
    ResourceType: str
    ResourceStatus: str
    ResourceStatusReason: str


ReadEvents = Callable[[str], Iterable[StackEvent]]
"""Gives a stack's events, the newest first, by the stack's name or id."""

BEGINNINGS = frozenset({"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS"})
NESTED = "AWS::CloudFormation::Stack"


def root_causes(stack: str, read: ReadEvents) -> list[str]:
    """What failed in the stack's last operation, the earliest first, nested stacks looked into.

    Resources that were only cancelled because another failed are left out.
    """
    return list(dict.fromkeys(_causes(stack, read)))


def _causes(stack: str, read: ReadEvents) -> Iterator[str]:
    for event in reversed([*_last_operation(read(stack))]):
        reason = event.get("ResourceStatusReason", "")
        failed = event.get("ResourceStatus", "").endswith("_FAILED")
        if not failed or _is_the_stack(event) or "cancelled" in reason:
            continue
        nested = event.get("PhysicalResourceId") if event.get("ResourceType") == NESTED else None
        inner = list(_causes(nested, read)) if nested else []
        yield from inner or [
            f"{event.get('LogicalResourceId')} ({event.get('ResourceType')}): "
            f"{reason or event.get('ResourceStatus')}"
        ]


def _last_operation(events: Iterable[StackEvent]) -> Iterator[StackEvent]:
    for event in events:
        yield event
        if _is_the_stack(event) and event.get("ResourceStatus") in BEGINNINGS:
            return


def _is_the_stack(event: StackEvent) -> bool:
    return event.get("PhysicalResourceId") == event.get("StackId")
