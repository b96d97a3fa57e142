"""Directories with an owner and a mode, made without following anybody's link."""

from __future__ import annotations

import grp
import os
import pwd
from contextlib import suppress
from pathlib import Path

from .failure import NodeFailure


def make_directory(path: Path, owner: str, group: str, mode: int) -> None:
    """Make `path` a directory of this owner, group and mode; its parent must be there.

    What is a link is refused, since root would change what it leads to.

    Raises:
        NodeFailure: it is something else than a directory.
    """
    with suppress(FileExistsError):
        path.mkdir(0o700)
    try:
        directory = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError as error:
        raise NodeFailure(f"{path} must be a directory, and isn't: {error.strerror}") from error
    try:
        os.fchown(directory, pwd.getpwnam(owner).pw_uid, grp.getgrnam(group).gr_gid)
        os.fchmod(directory, mode)
    finally:
        os.close(directory)


def make_link(path: Path, target: Path) -> None:
    """Make `path` a link to `target`, also if it is a link to elsewhere.

    Raises:
        NodeFailure: it is something else than a link.
    """
    if path.is_symlink():
        if path.readlink() == target:
            return
        path.unlink()
    elif path.exists():
        raise NodeFailure(f"{path} must be a link to {target}, and isn't a link")
    path.symlink_to(target)
