"""The wait condition that a stack waits on, and its signals."""

from ministack.services.cloudformation import handlers, wait_conditions

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
    """Signal as cfn-signal does, but not over the handle's URL: a busy emulator has no time-out."""
    content = {
        "Status": "SUCCESS" if succeeded else "FAILURE",
        "Reason": reason[:LONGEST_REASON],
        "UniqueId": "HeadNode",
        "Data": "",
    }
    wait_conditions.deliver_signal(token, content)
