"""What jobs left of themselves while they ran: files of their users in a directory for all.

The directory is sticky, and nobody but root lists it. A name is `JOB.RESTART.SOURCE.RANDOM`: any
user may make one for any job, so only those of the job's own user count, and no more than a few.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from .as_user import Bounds, Reader, Unreadable, User
from .excerpts import decoded
from .modules_loaded import EXIT, HOOK, STEP, Trace

_SOURCES = {"modules": HOOK, "step": STEP, "exit": EXIT}
_MOST_FILES = 100
_BOUNDS = Bounds(head=8192, tail=8192)
FORGOTTEN_AFTER_SECONDS = 30 * 86400


class Traces:
    """The directory."""

    def __init__(self, directory: Path) -> None:
        """Look at this one."""
        self._directory = directory

    def of_run(self, job_id: int, restart: int, user: User, read: Reader) -> list[Trace]:
        """What this run of a job left."""
        found = []
        for path in self._files(job_id, restart, user):
            source = _SOURCES.get(path.name.split(".")[2])
            with suppress(Unreadable):
                if source is not None:
                    told = read(user, str(path), _BOUNDS)
                    found.append(Trace(source, decoded(told.head + told.tail)))
        return found

    def remove(self, job_id: int, restart: int, user: User) -> None:
        """Remove what this run left, once it is in a record."""
        for path in self._files(job_id, restart, user):
            with suppress(OSError):  # it is the user's, who may have made something else of it
                path.unlink()

    def forget(self) -> None:
        """Remove what no record took: of jobs that nobody knows of, and of other users' names."""
        old = time.time() - FORGOTTEN_AFTER_SECONDS
        for entry in self._entries():
            with suppress(OSError):
                status = entry.stat(follow_symlinks=False)
                if status.st_mtime < old and not stat.S_ISDIR(status.st_mode):
                    Path(entry.path).unlink()

    def _files(self, job_id: int, restart: int, user: User) -> list[Path]:
        prefix = f"{job_id}.{restart}."
        found: list[Path] = []
        for entry in self._entries():
            if len(found) < _MOST_FILES and entry.name.startswith(prefix):
                with suppress(OSError):
                    status = entry.stat(follow_symlinks=False)
                    own = status.st_uid == user.uid and stat.S_ISREG(status.st_mode)
                    if own and entry.name.count(".") == len(("restart", "source", "random")):
                        found.append(Path(entry.path))
        return sorted(found)

    def _entries(self) -> Iterator[os.DirEntry[str]]:
        with suppress(FileNotFoundError), os.scandir(self._directory) as entries:
            yield from entries
