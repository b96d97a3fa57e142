"""What took how long, and whether that is as long as promised."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# On two cores, once packages and the nodes' root file system are there.
PROMISED_SECONDS = 300


class Stopwatch:
    """Times steps, one after the other."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        """Begin; `now` gives seconds."""
        self._now = now
        self._began = now()
        self._steps: list[tuple[str, float]] = []

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time what is done within; a step that fails took no time."""
        began = self._now()
        yield
        self._steps.append((name, self._now() - began))

    @property
    def seconds(self) -> float:
        """Since the beginning."""
        return self._now() - self._began

    def table(self) -> list[str]:
        """A line for each step with its seconds, what was between them, and all of it.

        One more if that is longer than promised: the machine may be slow or busy, so it's no error.
        """
        total = self.seconds
        between = total - sum(seconds for _, seconds in self._steps)
        rows = [*self._steps, ("all else", between), ("all of it", total)]
        width = max(len(name) for name, _ in rows)
        lines = [f"{name:<{width}}  {seconds:6.1f} s" for name, seconds in rows]
        if total > PROMISED_SECONDS:
            lines.append(f"longer than the {PROMISED_SECONDS / 60:g} minutes promised on two cores")
        return lines
