"""Which entries of the spool wait for what Slurm doesn't say yet, until when, and since when.

How old an entry is says nothing of it: the node may have been off, or the collector not there. What
counts is for how long Slurm has been asked for it and has answered, or for how long it was silent.
"""

from __future__ import annotations

import time
from collections.abc import Collection
from typing import Callable

_LONGEST_PAUSE_SECONDS = 10.0


class Waiting:
    """The entries, by their names."""

    def __init__(self, *, now: Callable[[], float] = time.monotonic) -> None:
        """None waits; `now` is in seconds since whenever."""
        self._now = now
        self._next_try: dict[str, float] = {}
        self._same: dict[str, tuple[bool | None, float]] = {}

    def keep(self, names: Collection[str]) -> None:
        """Forget all but these."""
        self._next_try = {name: at for name, at in self._next_try.items() if name in names}
        self._same = {name: same for name, same in self._same.items() if name in names}

    def is_due(self, name: str) -> bool:
        """Whether its pause is over."""
        return self._next_try.get(name, 0.0) <= self._now()

    def seconds(self, name: str, *, answered: bool | None) -> float:
        """For how long Slurm has answered like this, or not answered, when asked for it."""
        if name not in self._same or self._same[name][0] is not answered:
            self._same[name] = (answered, self._now())
        return self._now() - self._same[name][1]

    def postpone(self, name: str, *, age_seconds: float) -> None:
        """Let it wait, for longer the older it is."""
        pause = min(_LONGEST_PAUSE_SECONDS, 0.5 + max(0.0, age_seconds) / 5)
        self._next_try[name] = self._now() + pause
