"""Removing a tree, bounded by time: what is left of it, the next call goes on with."""

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from project_directories.opening import opened

# Read at a time, so that a directory of millions of files doesn't have to fit into memory.
_ENTRIES = 1000
_OURS = 0o700


@dataclass(kw_only=True)
class Removed:
    """How much a call has removed. `freed` counts bytes of files that had no other name."""

    files: int = 0
    directories: int = 0
    freed: int = 0
    whole: bool = False


def remove_tree(name: str, *, within: int, out_of_time: Callable[[], bool]) -> Removed:
    """Remove the directory `name` of the open directory `within`, and all that is in it.

    Links are removed and never followed. A tree may be as deep as a file system allows (1000 on
    EFS), but a function may have no more than 1024 files open: so a directory that is found in
    another one is moved up to the tree's top, where it is emptied itself.

    Raises:
        OSError: something can't be removed; the rest of the tree is left.
    """
    removal = _Removal(out_of_time)
    with suppress(_OutOfTime):
        with opened(name, within=within) as top:
            removal.empty(top, lambda inner: removal.flatten(inner, top))
        os.rmdir(name, dir_fd=within)
        removal.removed.whole = True
    return removal.removed


class _OutOfTime(Exception):
    pass


class _Removal:
    def __init__(self, out_of_time: Callable[[], bool]) -> None:
        self.removed = Removed()
        self._out_of_time = out_of_time

    def empty(self, directory: int, deal_with: Callable[[str], None]) -> None:
        """Remove what is in it; `deal_with` has a directory leave it.

        Its mode first: a node's root leaves sticky ones. Whom EFS takes for root, Linux on this
        side of NFS knows as an ordinary user, and so refuses him others' files in such a directory,
        without asking (unlink(2), EPERM); modes it leaves to EFS.
        """
        os.fchmod(directory, _OURS)
        while entries := _some_of(directory):
            for entry in entries:
                if self._out_of_time():
                    raise _OutOfTime
                if entry.is_dir(follow_symlinks=False):
                    deal_with(entry.name)
                else:
                    self._unlink(entry, directory)

    def flatten(self, name: str, top: int) -> None:
        """Remove a directory of the top: its own directories become its siblings."""

        def lift(inner: str) -> None:
            os.rename(inner, secrets.token_hex(16), src_dir_fd=directory, dst_dir_fd=top)

        with opened(name, within=top) as directory:
            self.empty(directory, lift)
        os.rmdir(name, dir_fd=top)
        self.removed.directories += 1

    def _unlink(self, entry: "os.DirEntry[str]", directory: int) -> None:
        status = entry.stat(follow_symlinks=False)
        os.unlink(entry.name, dir_fd=directory)
        self.removed.files += 1
        self.removed.freed += status.st_size if status.st_nlink == 1 else 0


def _some_of(directory: int) -> "list[os.DirEntry[str]]":
    with os.scandir(directory) as entries:
        return list(islice(entries, _ENTRIES))
