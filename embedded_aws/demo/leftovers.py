"""What is left of a cluster that is gone: the logs, which are kept on purpose, and nothing else."""

import time
from collections.abc import Callable

from embedded_aws.demo.telling import Say, expect

SETTLING_SECONDS = 20
# These stay on purpose: what ran, and what it said.
_KEPT = "log group"

Found = frozenset[tuple[str, str]]


def look_what_is_left(look: Callable[[], Found], say: Say, patience: float = 1) -> None:
    """Look until nothing is left, but what is kept; `look` gives kinds and names.

    A machine that needs more time is given `patience` times as much.

    Raises:
        NotAsPromisedError: something is left; it is named.
    """
    # A cluster is forgotten by the last but one step of its stack: the stack itself is not.
    deadline = time.monotonic() + patience * SETTLING_SECONDS
    while leaked := sorted(f"{what} {name}" for what, name in look() if what != _KEPT):
        if time.monotonic() > deadline:
            break
        time.sleep(0.5)
    for what, name in sorted(look()):
        if what == _KEPT:
            say(f"  kept on purpose: {what} {name}")
    expect(not leaked, f"left behind: {', '.join(leaked)}")
    say("nothing else is left")
