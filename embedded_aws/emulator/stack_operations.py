"""Which operation runs on which stack, and who has been asked to stop."""

import threading
from collections.abc import Callable
from contextvars import copy_context
from dataclasses import dataclass, field
from typing import Any, TypeVar

from ministack.services import cloudformation

Result = TypeVar("Result")


class CreationCancelledError(BaseException):
    """The stack is deleted while it is created.

    No Exception: ministack would take it for the failure of a resource, and roll the stack back.
    """

    def __init__(self) -> None:
        super().__init__("Resource creation cancelled")


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One run of a stack's creation, update or deletion."""

    kind: str
    cancelled: threading.Event = field(default_factory=threading.Event)


running: dict[str, Operation] = {}


def creation_of(stack_name: str) -> Operation | None:
    """The creation that the stack is part of: its own, or that of the stack it is nested in."""
    stack = cloudformation._stacks.get(stack_name)
    while stack is not None:
        operation = running.get(stack["StackId"])
        if operation is not None:
            return operation if operation.kind == "create" else None
        stack = cloudformation._stacks.get(stack.get("_parent_stack_name"))
    return None


def cancellable(
    operation: Operation | None, act: Callable[..., Result], *arguments: Any, **more: Any
) -> Result:
    """Do what blocks; when the operation is cancelled, leave it behind and raise at once."""
    if operation is None:
        return act(*arguments, **more)
    outcome: list[Result] = []
    failure: list[BaseException] = []
    finished = threading.Event()

    def run() -> None:
        try:
            outcome.append(act(*arguments, **more))
        except BaseException as reason:  # handed over to the thread that waits
            failure.append(reason)
        finished.set()

    threading.Thread(target=copy_context().run, args=(run,), daemon=True).start()
    while not finished.wait(timeout=0.05):
        if operation.cancelled.is_set():
            raise CreationCancelledError
    if failure:
        raise failure[0]
    return outcome[0]
