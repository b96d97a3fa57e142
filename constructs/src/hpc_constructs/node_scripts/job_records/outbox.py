"""Lines on their way to CloudWatch: appended and synced by who makes them, read by who sends them.

A directory of numbered files, so that what is sent can be deleted. Only whole lines count: one
that the power went in the middle of is not there, and who wrote it writes it again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

FILE_BYTES = 16 * 1024 * 1024
_DIGITS = 12


@dataclass(frozen=True)
class Position:
    """The place behind a line: all before it are sent."""

    file: int
    offset: int


@dataclass(frozen=True)
class Line:
    """A line, without its end, and the place behind it."""

    content: bytes
    behind: Position


class Outbox:
    """The directory; one process appends, one sends, any reads."""

    def __init__(self, directory: Path, *, file_bytes: int = FILE_BYTES) -> None:
        """Use this one, and make it if it isn't there."""
        self._directory = directory
        self._file_bytes = file_bytes
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)

    def append(self, line: bytes) -> None:
        """Add a line, which ends with a newline; it is on the disk when this returns.

        Raises:
            OSError: the disk is full or broken; whether the line is there, `last_lines` says.
        """
        numbers = self._numbers()
        number = numbers[-1] if numbers else 1
        if numbers and not self._takes_more(number):
            number += 1
        path = self._path(number)
        new = not path.exists()
        file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            while line:
                # A disk that gets full takes a part, and says so at the next one.
                line = line[os.write(file, line) :]
            os.fsync(file)
        finally:
            os.close(file)
        if new:
            sync_directory(self._directory)

    def last_lines(self) -> Iterator[bytes]:
        """Those of the newest file, which is never deleted."""
        numbers = self._numbers()
        if numbers:
            yield from (line.content for line in self._lines(numbers[-1], 0))

    def unsent(self) -> Iterator[Line]:
        """The lines that aren't sent yet, in their order."""
        sent = self.position()
        for number in self._numbers():
            if number >= sent.file:
                with suppress(FileNotFoundError):  # sent meanwhile by another process
                    yield from self._lines(number, sent.offset if number == sent.file else 0)

    def position(self) -> Position:
        """Up to where all is sent."""
        try:
            kept = json.loads(self._sent.read_text())
            return Position(int(kept["file"]), int(kept["offset"]))
        except FileNotFoundError:
            return Position(0, 0)

    def mark_sent(self, position: Position) -> None:
        """Keep that all before is sent, and delete files that are sent and not the newest."""
        new = self._sent.with_name("sent.new")
        with new.open("w") as file:
            json.dump({"file": position.file, "offset": position.offset}, file)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._sent)
        sync_directory(self._directory)
        for number in self._numbers()[:-1]:
            if number < position.file:
                self._path(number).unlink()

    @property
    def _sent(self) -> Path:
        return self._directory / "sent.json"

    def _takes_more(self, number: int) -> bool:
        with self._path(number).open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            if size == 0:
                return True
            file.seek(-1, os.SEEK_END)
            # Behind a line without an end no other may begin.
            return size < self._file_bytes and file.read(1) == b"\n"

    def _lines(self, number: int, offset: int) -> Iterator[Line]:
        with self._path(number).open("rb") as file:
            file.seek(offset)
            for line in file:
                if not line.endswith(b"\n"):
                    return
                offset += len(line)
                yield Line(line[:-1], Position(number, offset))

    def _numbers(self) -> list[int]:
        return sorted(int(path.stem) for path in self._directory.glob("*.jsonl"))

    def _path(self, number: int) -> Path:
        return self._directory / f"{number:0{_DIGITS}}.jsonl"


def sync_directory(directory: Path) -> None:
    """Have the disk know what is in a directory."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
