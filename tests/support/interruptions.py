"""Something that happens at one of the calls that a request makes: a death, a refusal, a rival."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cluster_api.errors import AwsUnavailable
from cluster_api_tape import Death

Call = Callable[[], Any]
Strike = Callable[[Call], Any]


class RivalFailedError(BaseException):
    """What somebody else did was judged wrong: nothing that it happened in may hide that."""


class Fault(StrEnum):
    """What goes wrong at a call."""

    DIES_BEFORE = "the process dies before the call"
    DIES_AFTER = "the process dies after the call"
    REFUSED = "AWS is unavailable, and did nothing"
    UNANSWERED = "AWS is unavailable, and did what was asked"
    UNANSWERED_TWICE = "the same, and it is unavailable for the next call as well"
    OUTAGE = "AWS is unavailable from now on"
    BROKEN = "something fails that nobody thought of"

    @property
    def is_death(self) -> bool:
        """Whether nothing comes after it."""
        return self in {Fault.DIES_BEFORE, Fault.DIES_AFTER}

    @property
    def next(self) -> "Fault | None":
        """What the next call meets."""
        if self is Fault.OUTAGE:
            return self
        return Fault.REFUSED if self is Fault.UNANSWERED_TWICE else None

    def __call__(self, call: Call) -> Any:
        """Go wrong at this call."""
        if self in {Fault.DIES_AFTER, Fault.UNANSWERED, Fault.UNANSWERED_TWICE}:
            call()
        if self.is_death:
            raise Death
        if self is Fault.BROKEN:
            raise RuntimeError("as the test wants")
        raise AwsUnavailable("AWS", "as the test wants")


@dataclass
class Interruptions:
    """Counts the calls of all ports, and strikes at the one that is due."""

    remaining: int = 0
    strike: Strike | None = None

    @contextmanager
    def due(self, at: int, strike: Strike) -> Iterator[None]:
        """Within this block call number `at`, from 0, is struck."""
        self.remaining, self.strike = at, strike
        try:
            yield
        finally:
            self.strike = None

    def pass_by(self, call: Call) -> Any:
        """Make the call, or have it struck."""
        strike = self.strike
        if strike is None:
            return call()
        if self.remaining > 0:
            self.remaining -= 1
            return call()
        # What somebody else does is not interrupted itself.
        self.strike = strike.next if isinstance(strike, Fault) else None
        return strike(call)


@dataclass(frozen=True)
class Interruptible:
    """A port, each of whose calls may be interrupted."""

    port: Any
    interruptions: Interruptions

    def __getattr__(self, name: str) -> Any:
        """The port's own method, on its way through the interruptions."""
        method = getattr(self.port, name)
        return lambda *arguments, **named: self.interruptions.pass_by(
            lambda: method(*arguments, **named)
        )
