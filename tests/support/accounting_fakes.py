"""The ports of accounting_database in memory."""

from collections.abc import Callable
from dataclasses import dataclass, field

from accounting_database.errors import SecretUnreadable


@dataclass
class FakeSecrets:
    """Secrets by ARN."""

    texts: dict[str, str] = field(default_factory=dict)

    def text(self, arn: str) -> str:
        if arn not in self.texts:
            raise SecretUnreadable(arn, "can't be read (ResourceNotFoundException)")
        return self.texts[arn]


@dataclass
class FakeClock:
    """A time that passes when a test says so."""

    time: int = 1_790_000_000

    def now(self) -> int:
        return self.time


@dataclass
class Stopwatch:
    """Time that passes when somebody sleeps, in the place of the module `time`.

    Attributes:
        meanwhile: what others do while somebody sleeps.
    """

    seconds: float = 0
    meanwhile: Callable[[], None] = lambda: None

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds
        self.meanwhile()
