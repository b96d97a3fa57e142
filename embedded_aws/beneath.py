"""Directories below one that nothing leads out of: a node's users make links, and we are root."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
MODE = 0o755


@contextmanager
def opened(root: Path, parts: Sequence[str], *, make: bool = False) -> Iterator[int]:
    """Give a descriptor of the directory; with `make` those that are missing are made.

    Raises:
        OSError: one of them isn't there, or is a link or a file.
    """
    descriptor = os.open(root, _DIRECTORY)
    try:
        for part in parts:
            if make:
                with suppress(FileExistsError):
                    os.mkdir(part, MODE, dir_fd=descriptor)
            inner = os.open(part, _DIRECTORY, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = inner
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def opened_in(directory: int, name: str) -> Iterator[int]:
    """Give a descriptor of a directory that is in an opened one.

    Raises:
        OSError: it isn't there, or is a link or a file.
    """
    descriptor = os.open(name, _DIRECTORY, dir_fd=directory)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
