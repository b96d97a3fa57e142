"""DeleteStack while the stack is created, or while another operation runs.

ministack runs both at once: the creation goes on, and ends as CREATE_COMPLETE after the deletion.
As on AWS, the deletion cancels the creation: what is being made fails at once with "Resource
creation cancelled" (a custom resource's function may still be at work when its Delete comes, with
a physical id made up for it; aws-cloudformation/cloudformation-coverage-roadmap issues 1730 and
1814), nothing more is begun, and all is deleted. DeleteStack is refused during an update or a
rollback, and the deletion of a nested stack waits for it; a second deletion changes nothing.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from ministack.services import cloudformation
from ministack.services.cloudformation import helpers, stacks

from embedded_aws.emulator.seams import wrap, wrap_entry
from embedded_aws.emulator.stack_operations import (
    CreationCancelledError,
    Operation,
    cancellable,
    creation_of,
    running,
)
from embedded_aws.emulator.stack_principal import (
    ACTION_HANDLERS,
    Handler,
    Parameters,
    Response,
    live_stack,
)

POLL_SECONDS = 0.02
STACKS = "services.cloudformation.stacks"


def install() -> None:
    """Keep the operations of a stack apart."""
    wrap_entry(ACTION_HANDLERS, "DeleteStack", _refused_while_busy)
    wrap(f"{STACKS}._deploy_stack_async", _tracked_deployment)
    wrap(f"{STACKS}._delete_stack_async", _one_deletion)
    wrap(f"{STACKS}._roll_back_operation", _tracked_rollback)
    wrap("services.cloudformation.provisioners._provision_resource", _nothing_more)
    wrap("services.cloudformation.custom_resource.invoke_custom_resource", _cancellable_custom)
    wrap("services.cloudformation.wait_conditions.wait_for", _cancellable_wait)
    # Not `wrap`: what other services run in threads is none of our business.
    stacks.run_reentrant = _carrying_cancellation(stacks.run_reentrant)


def _refused_while_busy(original: Handler) -> Handler:
    def delete_stack(parameters: Parameters) -> Response:
        stack = live_stack(helpers._p(parameters, "StackName")) or {}
        status = str(stack.get("StackStatus", ""))
        if status.startswith(("ROLLBACK_", "UPDATE_")) and status.endswith("_IN_PROGRESS"):
            busy: Response = helpers._error(
                "ValidationError",
                f"Stack [{stack['StackId']}] cannot be deleted while in status {status}",
            )
            return busy
        return original(parameters)

    return delete_stack


def _tracked_deployment(original: Callable[..., Any]) -> Callable[..., Any]:
    async def deploy(stack_name: str, stack_id: str, *arguments: Any, **more: Any) -> None:
        operation = Operation(kind="update" if more.get("is_update") else "create")
        running[stack_id] = operation
        try:
            await original(stack_name, stack_id, *arguments, **more)
        except CreationCancelledError:
            # The deletion that asked for it goes on from here.
            return
        finally:
            running.pop(stack_id, None)

    return deploy


def _one_deletion(original: Callable[..., Any]) -> Callable[..., Any]:
    async def delete(stack_name: str, stack_id: str, *options: Any, **more: Any) -> None:
        operation = running.get(stack_id)
        if operation is not None and operation.kind == "delete":
            return
        if operation is not None and operation.kind == "create":
            _announce(stack_name, stack_id)
            operation.cancelled.set()
        while stack_id in running:
            await asyncio.sleep(POLL_SECONDS)
        running[stack_id] = Operation(kind="delete")
        try:
            await original(stack_name, stack_id, *options, **more)
        finally:
            running.pop(stack_id, None)

    return delete


def _tracked_rollback(original: Callable[..., Any]) -> Callable[..., Any]:
    async def roll_back(stack_name: str, stack_id: str, *arguments: Any) -> None:
        outer = running.get(stack_id)
        running[stack_id] = Operation(kind="rollback")
        try:
            await original(stack_name, stack_id, *arguments)
        finally:
            if outer is None:
                running.pop(stack_id, None)
            else:
                running[stack_id] = outer

    return roll_back


def _announce(stack_name: str, stack_id: str) -> None:
    """The deletion begins for the caller as soon as it is asked for."""
    stack = cloudformation._stacks.get(stack_name)
    if stack is not None:
        stack["StackStatus"] = "DELETE_IN_PROGRESS"


def _nothing_more(original: Callable[..., Any]) -> Callable[..., Any]:
    def provision(type_: str, logical_id: str, properties: Any, stack_name: str) -> Any:
        operation = creation_of(stack_name)
        if operation is not None and operation.cancelled.is_set():
            raise CreationCancelledError
        try:
            return original(type_, logical_id, properties, stack_name)
        except CreationCancelledError as reason:
            stack_id = cloudformation._stacks[stack_name]["StackId"]
            stacks._add_event(stack_id, stack_name, logical_id, type_, "CREATE_FAILED", str(reason))
            raise

    return provision


def _cancellable_custom(original: Callable[..., Any]) -> Callable[..., Any]:
    def invoke(
        request_type: str,
        logical_id: str,
        properties: Any,
        stack_name: str,
        *more: Any,
        **rest: Any,
    ) -> Any:
        operation = creation_of(stack_name) if request_type == "Create" else None
        return cancellable(
            operation, original, request_type, logical_id, properties, stack_name, *more, **rest
        )

    return invoke


def _cancellable_wait(original: Callable[..., Any]) -> Callable[..., Any]:
    def wait_for(token: str, stack_id: str, stack_name: str, *more: Any) -> Any:
        return cancellable(creation_of(stack_name), original, token, stack_id, stack_name, *more)

    return wait_for


def _carrying_cancellation(original: Callable[..., Any]) -> Callable[..., Any]:
    """A thread that ends by a BaseException is reported as a crash: carry ours as a result."""

    async def run_reentrant(act: Callable[..., Any], *arguments: Any, **more: Any) -> Any:
        def run() -> Any:
            try:
                return act(*arguments)
            except CreationCancelledError as reason:
                return reason

        result = await original(run, **more)
        if isinstance(result, CreationCancelledError):
            raise result
        return result

    return run_reentrant
