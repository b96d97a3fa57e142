"""What took how long."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


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
        """A line for each step with its seconds, what was between them, and all of it."""
        between = self.seconds - sum(seconds for _, seconds in self._steps)
        rows = [*self._steps, ("all else", between), ("all of it", self.seconds)]
        width = max(len(name) for name, _ in rows)
        return [f"{name:<{width}}  {seconds:6.1f} s" for name, seconds in rows]
