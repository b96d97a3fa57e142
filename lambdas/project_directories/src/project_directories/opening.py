"""Directories by descriptors: what is opened is what was named, and never where a link leads."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_ROOT_ONLY = 0o700


@contextmanager
def opened(name: str | os.PathLike[str], *, within: int | None = None) -> Iterator[int]:
    """The descriptor of a directory; a link raises OSError."""
    directory = os.open(name, _DIRECTORY, dir_fd=within)
    try:
        yield directory
    finally:
        os.close(directory)


@contextmanager
def our_own(name: str, *, within: int) -> Iterator[int]:
    """The descriptor of a directory of ours, made if it isn't there, open to nobody but us."""
    with suppress(FileExistsError):
        os.mkdir(name, _ROOT_ONLY, dir_fd=within)
    with opened(name, within=within) as directory:
        yield directory


def names_in(directory: int) -> list[str]:
    """What is in an open directory."""
    with os.scandir(directory) as entries:
        return [entry.name for entry in entries]
