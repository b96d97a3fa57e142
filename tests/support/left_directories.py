"""A file system with clusters' directories, and nights on it."""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from project_directories.listing import Listing
from project_directories.retention import Event, Retention

CLUSTER = "pcluster-lab-project-0123abcd"
OTHER = "pcluster-lab-other-4567cdef"
KEEP = timedelta(days=90)


def never() -> bool:
    """Whether time is over, where there is enough."""
    return False


@dataclass
class Shared:
    """The shared file system.

    Its times are the machine's: nobody can set a ctime. So the first night is in an hour, after all
    that a test has made.
    """

    root: Path
    began: datetime = field(default_factory=lambda: datetime.now(UTC) + timedelta(hours=1))
    days: float = 0

    def now(self) -> datetime:
        """Of the function."""
        return self.began + timedelta(days=self.days)

    def make(self, name: str = CLUSTER, *files: str) -> Path:
        """A cluster's directory with files of ten bytes."""
        directory = self.root / name
        directory.mkdir(exist_ok=True)
        for file in files:
            (directory / file).parent.mkdir(parents=True, exist_ok=True)
            (directory / file).write_text("ten bytes.")
        return directory

    def night(
        self,
        day: float,
        *in_use: str,
        listed: timedelta = timedelta(0),
        out_of_time: Callable[[], bool] = never,
    ) -> list[Event]:
        """The pass of a day, on a list of so much earlier."""
        self.days = day
        retention = Retention(mount=self.root, keep=KEEP, now=self.now)
        listing = Listing(in_use=frozenset(in_use), listed_at=self.now() - listed)
        return list(retention.run(listing, out_of_time=out_of_time))

    def marker(self, name: str = CLUSTER) -> Path:
        """Of a directory."""
        return self.root / ".left" / name

    def set_aside(self) -> list[Path]:
        """What is on its way out."""
        return list((self.root / ".deleted").iterdir())


def done(events: Iterable[Event]) -> list[tuple[str, str]]:
    """What was done, and to which directory; the moment in a name left out."""
    return [(event.what, event.directory.partition("-202")[0]) for event in events]


def after(calls: int) -> Callable[[], bool]:
    """Time for so many questions whether there is time."""
    left = iter(range(calls))
    return lambda: next(left, None) is None


def deepen(directory: Path, levels: int) -> None:
    """A directory in a directory, and so on: deeper than a path may be long."""
    here = os.open(directory, os.O_RDONLY)
    for _ in range(levels):
        os.mkdir("deeper", dir_fd=here)
        inner = os.open("deeper", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)
