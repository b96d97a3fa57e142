"""How long a request may still begin calls of AWS: its caller gives up after ten seconds."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic

from cluster_api.errors import OutOfTime

FORWARD_SECONDS = 5.0
UNDO_SECONDS = 1.0

_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Within this block no call begins later than `seconds` from now."""
    token = _deadline.set(monotonic() + seconds)
    try:
        yield
    finally:
        _deadline.reset(token)


@contextmanager
def time_to_undo() -> Iterator[None]:
    """Within this block the limit is later, so that what failed late is still undone."""
    until = _deadline.get()
    token = _deadline.set(None if until is None else until + UNDO_SECONDS)
    try:
        yield
    finally:
        _deadline.reset(token)


def check_time() -> None:
    """Raise OutOfTime when the limit has passed; without a limit it never has."""
    until = _deadline.get()
    if until is not None and monotonic() > until:
        raise OutOfTime
