"""CloudFormation tells EventBridge's default bus of each change of a stack's status.

ministack doesn't. Here an event leaves wherever a stack event about the stack itself is recorded,
in AWS's shape (source aws.cloudformation, "CloudFormation Stack Status Change"). It is put on the
bus later, by the event loop, so that a rule or a target can neither hold up nor fail the stack.
"""

import json
import logging
from collections.abc import Callable
from contextvars import copy_context
from typing import Any

from ministack import app
from ministack.services import eventbridge
from ministack.services.cloudformation import stacks

from embedded_aws.emulator.seams import wrap

STACK = "AWS::CloudFormation::Stack"

logger = logging.getLogger(__name__)


def install() -> None:
    """Send an event after each stack event about a stack."""
    wrap("services.cloudformation.stacks._add_event", _also_to_the_bus)


def _also_to_the_bus(original: Callable[..., None]) -> Callable[..., None]:
    def add_event(
        stack_id: str,
        stack_name: str,
        logical_id: str,
        type_: str,
        status: str,
        reason: str = "",
        physical_id: str = "",
        *more: Any,
        **rest: Any,
    ) -> None:
        original(
            stack_id, stack_name, logical_id, type_, status, reason, physical_id, *more, **rest
        )
        about_the_stack = type_ == STACK and logical_id == stack_name
        if about_the_stack and physical_id in ("", stack_id) and app._MAIN_LOOP:
            entry = _entry(stack_id, status, reason)
            # The account and the region of the bus are in the context.
            app._MAIN_LOOP.call_soon_threadsafe(copy_context().run, _put, entry)

    return add_event


def _entry(stack_id: str, status: str, reason: str) -> dict[str, Any]:
    detail: dict[str, Any] = {
        "stack-id": stack_id,
        "status-details": {"status": status, "status-reason": reason},
    }
    if token := stacks.CLIENT_REQUEST_TOKEN.get():
        detail["client-request-token"] = token
    return {
        "Source": "aws.cloudformation",
        "DetailType": "CloudFormation Stack Status Change",
        "Resources": [stack_id],
        "Detail": json.dumps(detail),
    }


def _put(entry: dict[str, Any]) -> None:
    try:
        eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)
    except Exception:
        logger.exception("a stack's status event was lost: %s", entry)
