"""A resource whose creation failed half-way stays in its stack, so that it is deleted with it.

ministack forgets it: a custom resource that answered FAILED never gets its Delete, a nested stack
that failed stays for ever. AWS deletes both. A custom resource that named no physical id has one
made up for it, as on AWS.
"""

import secrets
from collections.abc import Callable
from typing import Any

from ministack.core.responses import now_iso
from ministack.services import cloudformation

from embedded_aws.emulator.seams import wrap

FAILED = "CREATE_FAILED"

_named_by_provider: dict[tuple[str, str], str] = {}


def install() -> None:
    """Keep what failed, and hand it to the rollback; a deletion finds it in the stack."""
    wrap("services.cloudformation.custom_resource.deliver_response", _hearing_physical_id)
    wrap("services.cloudformation.custom_resource.invoke_custom_resource", _leaving_what_failed)
    wrap("services.cloudformation.stacks._roll_back_operation", _rolling_back_what_failed)


def leave(
    stack_name: str,
    logical_id: str,
    *,
    type_: str,
    physical_id: str,
    properties: dict[str, Any],
    reason: str,
) -> None:
    """Record in the stack a resource that failed but may exist."""
    stack = cloudformation._stacks.get(stack_name)
    if stack is not None:
        stack.setdefault("_resources", {})[logical_id] = {
            "PhysicalResourceId": physical_id,
            "ResourceType": type_,
            "ResourceStatus": FAILED,
            "ResourceStatusReason": reason,
            "LogicalResourceId": logical_id,
            "Properties": properties,
            "Attributes": {},
            "Timestamp": now_iso(),
        }


def _hearing_physical_id(original: Callable[..., bool]) -> Callable[..., bool]:
    def deliver_response(token: str, response: Any) -> bool:
        if isinstance(response, dict) and response.get("PhysicalResourceId"):
            key = (str(response.get("StackId")), str(response.get("LogicalResourceId")))
            _named_by_provider[key] = str(response["PhysicalResourceId"])
        return original(token, response)

    return deliver_response


def _leaving_what_failed(original: Callable[..., Any]) -> Callable[..., Any]:
    def invoke(
        request_type: str,
        logical_id: str,
        properties: dict[str, Any],
        stack_name: str,
        stack_id: str,
        resource_type: str,
        **more: Any,
    ) -> Any:
        key = (stack_id, logical_id)
        try:
            return original(
                request_type, logical_id, properties, stack_name, stack_id, resource_type, **more
            )
        except BaseException as reason:
            # Also what is no error: a cancelled creation.
            if request_type == "Create" and not isinstance(reason, ValueError):
                leave(
                    stack_name,
                    logical_id,
                    type_=resource_type,
                    physical_id=_named_by_provider.get(key)
                    or f"{stack_name}-{logical_id}-{secrets.token_hex(6).upper()}",
                    properties=properties,
                    reason=str(reason),
                )
            raise
        finally:
            _named_by_provider.pop(key, None)

    return invoke


def _rolling_back_what_failed(original: Callable[..., Any]) -> Callable[..., Any]:
    async def roll_back(
        stack_name: str,
        stack_id: str,
        stack: dict[str, Any],
        operation: dict[str, Any],
        *reason: str,
    ) -> None:
        failed = operation.get("failed_logical_id")
        record = stack.get("_resources", {}).get(failed, {})
        if record.get("ResourceStatus") == FAILED and failed not in operation["created"]:
            operation["created"].append(failed)
        await original(stack_name, stack_id, stack, operation, *reason)

    return roll_back
