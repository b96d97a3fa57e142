"""The wait condition that a stack waits on, and its signals."""

import json
import os
import ssl
import urllib.request

from ministack.services.cloudformation import handlers, wait_conditions

TIMEOUT_SECONDS = 10
LONGEST_REASON = 3500  # a signal has at most 4096 bytes


def waiting(stack_name: str) -> str | None:
    """Give the token that the stack waits for now, if it has come that far."""
    stack = handlers._resolve_stack(stack_name)
    if stack is None:
        return None
    with wait_conditions._lock:
        tokens = [
            entry["token"]
            for (stack_id, _), entry in wait_conditions._waiting.items()
            if stack_id == stack["StackId"]
        ]
    return tokens[0] if tokens else None


def signal(token: str, *, succeeded: bool, reason: str) -> None:
    """Put a signal to the handle's URL, as cfn-signal does."""
    content = {
        "Status": "SUCCESS" if succeeded else "FAILURE",
        "Reason": reason[:LONGEST_REASON],
        "UniqueId": "HeadNode",
        "Data": "",
    }
    request = urllib.request.Request(  # noqa: S310  the emulator's own address
        wait_conditions.handle_url(token),
        data=json.dumps(content).encode(),
        method="PUT",
        headers={"content-type": ""},
    )
    with urllib.request.urlopen(  # noqa: S310
        request, timeout=TIMEOUT_SECONDS, context=_trust()
    ):
        pass


def _trust() -> ssl.SSLContext:
    """Trust the emulator's certificate."""
    return ssl.create_default_context(cafile=os.environ.get("MINISTACK_SSL_CERT"))
