"""What EpilogSlurmctld spooled: a directory a run that ended, whole as soon as it is in `new`."""

from __future__ import annotations

import os
import shutil
import stat
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .environment import saved_variables, variables
from .excerpts import Excerpt, excerpt
from .runs import Hook

SCRIPT_HEAD_BYTES, SCRIPT_TAIL_BYTES = 48 * 1024, 16 * 1024
_BEGUN_SECONDS = 3600
BAD_SECONDS = 30 * 86400
"""How long what no record could be made of is kept for who looks into it."""
_MOST_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True)
class Entry:
    """One run that ended.

    Attributes:
        directory: what the hook left.
        hook: what the hook was told.
        ended_at: when it was left, in seconds since 1970.
    """

    directory: Path
    hook: Hook
    ended_at: float

    @property
    def name(self) -> str:
        """Nobody else's."""
        return self.directory.name

    def environment(self) -> dict[str, str] | None:
        """At submission; None if slurmctld had none: only batch jobs have."""
        content = _content(self.directory / "environment")
        return None if content is None else saved_variables(content)

    def script(self) -> Excerpt | None:
        """The batch script, if there is one."""
        content = _content(self.directory / "script")
        if content is None:
            return None
        return excerpt(content.rstrip(b"\0"), SCRIPT_HEAD_BYTES, SCRIPT_TAIL_BYTES)


class Spool:
    """The directory; hooks add to it, one process takes away, any counts what waits."""

    def __init__(self, directory: Path) -> None:
        """Look at this one."""
        self._directory = directory

    def count(self) -> int:
        """How many wait; for who must neither move nor remove any."""
        try:
            return sum(1 for _ in (self._directory / "new").iterdir())
        except FileNotFoundError:
            return 0

    def entries(self) -> list[Entry]:
        """All that wait, the oldest first; what is no entry goes to `bad`, and is kept."""
        found = []
        for directory in (self._directory / "new").iterdir():
            content = _content(directory / "hook.env")
            hook = Hook(variables(content or b""))
            if hook.integer("SLURM_JOB_ID"):
                found.append(Entry(directory, hook, directory.stat().st_mtime))
            else:
                self.put_aside(directory)
        return sorted(found, key=lambda entry: (entry.ended_at, entry.name))

    def remove(self, entry: Entry) -> None:
        """Forget an entry whose record is kept elsewhere; nobody sees a half of it in `new`."""
        with suppress(OSError):  # on a disk that is full it stays, and is removed again
            shutil.rmtree(self._moved(entry.directory, "done"), ignore_errors=True)

    def forget(self) -> None:
        """Remove what hooks began and didn't end, and what was put aside a month ago.

        slurmctld runs a hook again that didn't end, or the power went. In `done` is what was being
        removed when it did.
        """
        for name, seconds in (("begun", _BEGUN_SECONDS), ("bad", BAD_SECONDS), ("done", 0)):
            old = time.time() - seconds
            for directory in (self._directory / name).glob("*"):
                if directory.stat().st_mtime < old:
                    shutil.rmtree(directory, ignore_errors=True)

    def put_aside(self, directory: Path) -> Path:
        """Keep what no record can be made of, and say where."""
        return self._moved(directory, "bad")

    def _moved(self, directory: Path, to: str) -> Path:
        other = self._directory / to
        other.mkdir(mode=0o700, exist_ok=True)
        return directory.replace(other / directory.name)


def _content(file: Path) -> bytes | None:
    """A regular file's, bounded; None if it isn't there, or is a link."""
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as opened:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        return opened.read(_MOST_BYTES)
