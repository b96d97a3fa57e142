"""How many core seconds runs of jobs have taken in each month: pure."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from accounting_database.months import Month
from accounting_database.register import Lifetime


@dataclass(frozen=True, kw_only=True)
class Span:
    """From `start` to before `end`, in seconds since 1970; empty if that is not later."""

    start: int
    end: int

    def within(self, other: "Span") -> "Span":
        """What both have in common."""
        return Span(start=max(self.start, other.start), end=min(self.end, other.end))

    @property
    def seconds(self) -> int:
        """How long it lasts."""
        return max(0, self.end - self.start)


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run of a job: a requeued or resized job has a row, and so a run, each time.

    Attributes:
        cores: Slurm's TRES 1, allocated.
        start, end: seconds since 1970; an end of 0 is not known.
        pauses: when it was suspended, one after the other; an end of 0 is not known.
    """

    cores: int
    start: int
    end: int
    pauses: Sequence[Span] = ()


@dataclass(kw_only=True)
class Taken:
    """In a month."""

    core_seconds: int = 0
    runs: int = 0


class CoreSeconds:
    """What runs take in each of some months, which follow each other."""

    def __init__(self, *, months: Sequence[Month], lifetimes: Sequence[Lifetime], now: int) -> None:
        self.taken = {month: Taken() for month in months}
        self._months = months
        self._starts = [month.start for month in months]
        self._spans = [Span(start=month.start, end=month.end) for month in months]
        self._lifetimes = sorted(lifetimes, key=lambda lifetime: lifetime.created_at)
        self._births = [lifetime.created_at for lifetime in self._lifetimes]
        self._now = now

    def add(self, run: Run) -> None:
        """Count the run in every month that it has touched."""
        whole = Span(start=run.start, end=self._end(run))
        pauses = [
            Span(start=pause.start, end=pause.end or whole.end).within(whole)
            for pause in run.pauses
        ]
        first = max(0, bisect_right(self._starts, whole.start) - 1)
        for month, span in zip(self._months[first:], self._spans[first:], strict=True):
            if span.start >= whole.end:
                break
            seconds = whole.within(span).seconds
            if seconds:
                paused = sum(pause.within(span).seconds for pause in pauses)
                taken = self.taken[month]
                taken.core_seconds += run.cores * (seconds - paused)
                taken.runs += 1

    def _end(self, run: Run) -> int:
        """When it ended, at the latest with the cluster that it ran on.

        Slurm never learns of the end of a run that a cluster's deletion ended. The next cluster of
        that name, which finds it running, ends it with its own beginning.
        """
        end = min(run.end or self._now, self._now)
        if not self._lifetimes:
            return end
        of_run = self._lifetimes[max(0, bisect_right(self._births, run.start) - 1)]
        return end if of_run.released_at is None else min(end, of_run.released_at)


def cores_of(tres: str) -> int:
    """The cores in Slurm's list of allocated TRES, such as `1=4,2=8192,4=1,5=4`: TRES 1 is cpu."""
    for item in tres.split(","):
        id_, _, count = item.partition("=")
        if id_ == "1" and count.isdecimal():
            return int(count)
    return 0
