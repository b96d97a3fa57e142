"""What a service does by itself: threads that act in the account and region of the request."""

import contextvars
import threading
import time
from collections.abc import Callable

TICK_SECONDS = 0.05


def start(name: str, act: Callable[[], None]) -> None:
    """Let `act` run by itself; ministack keeps account and region in the context."""
    context = contextvars.copy_context()
    threading.Thread(target=context.run, args=(act,), name=name, daemon=True).start()


def wait_until(over: Callable[[], bool]) -> None:
    """Come back when `over` says so."""
    while not over():
        time.sleep(TICK_SECONDS)
