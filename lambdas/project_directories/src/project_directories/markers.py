"""Since when nobody uses a directory: a file of its name, out of every project's reach."""

import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from project_directories.opening import names_in

_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
_WRITE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
_ROOT_ONLY = 0o600
# More than a moment takes.
_BYTES = 64


@dataclass(frozen=True, kw_only=True)
class Markers:
    """The markers in one directory, which is open as `directory`.

    What can't be read as a moment with its time zone counts as no marker: an interrupted write, or
    somebody else's. Then the time begins anew, which deletes nothing too early.
    """

    directory: int

    def names(self) -> list[str]:
        """The directories that have one."""
        return names_in(self.directory)

    def read(self, name: str) -> datetime | None:
        """When the directory was first seen unused; None if no marker says so."""
        try:
            marker = os.open(name, _READ, dir_fd=self.directory)
        except FileNotFoundError:
            return None
        with os.fdopen(marker, "rb") as file:
            text = file.read(_BYTES)
        with suppress(ValueError):
            moment = datetime.fromisoformat(text.decode().strip())
            return moment if moment.tzinfo else None
        return None

    def write(self, name: str, moment: datetime) -> None:
        """Note it, in the place of what was noted before."""
        marker = os.open(name, _WRITE, _ROOT_ONLY, dir_fd=self.directory)
        with os.fdopen(marker, "w") as file:
            file.write(f"{moment.astimezone(UTC).isoformat(timespec='seconds')}\n")

    def remove(self, name: str) -> bool:
        """Forget it; whether there was one."""
        try:
            os.unlink(name, dir_fd=self.directory)
        except FileNotFoundError:
            return False
        return True
