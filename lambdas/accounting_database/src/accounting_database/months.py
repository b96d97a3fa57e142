"""Calendar months of UTC."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, order=True)
class Month:
    """Of a year; written 2026-01."""

    year: int
    number: int

    @classmethod
    def of(cls, seconds: int) -> "Month":
        """The month that this second since 1970 is in."""
        moment = datetime.fromtimestamp(seconds, UTC)
        return cls(moment.year, moment.month)

    @property
    def start(self) -> int:
        """Its first second since 1970."""
        return int(datetime(self.year, self.number, 1, tzinfo=UTC).timestamp())

    @property
    def end(self) -> int:
        """The first second after it."""
        return self.next.start

    @property
    def next(self) -> "Month":
        """The month after it."""
        return Month(self.year + self.number // 12, self.number % 12 + 1)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"


def months(first: Month, last: Month) -> Iterator[Month]:
    """From the first to the last, both included."""
    while first <= last:
        yield first
        first = first.next
