"""What is on a file system: files, directories and links below the directory that nodes mount.

A path is from the file system's root and begins without a slash; that of a directory ends with one.
"""

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from embedded_aws import beneath
from embedded_aws.emulator import file_system_directories
from embedded_aws.emulator.fsx.posix_metadata import Attributes

Stamp = tuple[int, ...]

IMPOSSIBLE = (OSError, ValueError, OverflowError)
"""What a file that can't be as an object says is refused with: by name, place, number or target."""


@dataclass(frozen=True, kw_only=True)
class File:
    """What an object is of: a file, a link (`body` is where it leads) or a directory."""

    body: bytes
    attributes: Attributes
    stamp: Stamp = ()  # what it was when it was read; another one means that it changed


# By file system: what is the same in the repository, with the stamp that it had then, and with what
# tells the object from another.
_same: dict[str, dict[str, tuple[Stamp, str]]] = {}


def make(file_system_id: str) -> None:
    """Begin with an empty file system."""
    file_system_directories.make(file_system_id)
    _same[file_system_id] = {}


def remove(file_system_id: str) -> None:
    """Lose what is on the file system."""
    file_system_directories.remove(file_system_id)
    _same.pop(file_system_id, None)


def make_directory(file_system_id: str, path: str) -> None:
    """Have a directory there, as FSx has one for an association; one that is there stays."""
    with beneath.opened(_root(file_system_id), _parts(path), make=True):
        pass


def names(file_system_id: str) -> list[str]:
    """Give all paths, in order, a directory before what is in it."""
    return sorted(_walked(_root(file_system_id)))


def read(file_system_id: str, path: str) -> File | None:
    """Give what is there; None if nothing is, or what no object can be of."""
    *above, name = _parts(path)
    nothing = suppress(FileNotFoundError, NotADirectoryError)
    with nothing, beneath.opened(_root(file_system_id), above) as directory:
        found = os.stat(name, dir_fd=directory, follow_symlinks=False)
        body = b""
        if stat.S_ISLNK(found.st_mode):
            body = os.fsencode(os.readlink(name, dir_fd=directory))
        elif stat.S_ISREG(found.st_mode):
            body = _content(name, directory)
        elif not stat.S_ISDIR(found.st_mode):
            return None
        return File(body=body, attributes=Attributes.of(found), stamp=_stamp(found))
    return None


def write(file_system_id: str, path: str, file: File, *, written: str) -> None:
    """Put there what an object holds, in one moment: who reads the old one goes on reading that.

    Raises:
        IMPOSSIBLE: a directory is there, or something else is where its directory would be; or
            there is no such owner, time, name or target.
    """
    *above, name = _parts(path)
    with beneath.opened(_root(file_system_id), above, make=True) as directory:
        if stat.S_ISDIR(file.attributes.mode):
            stamp = _make_directory(name, directory, file)
        else:
            stamp = _put(name, directory, file)
    if stamp:
        note_same(file_system_id, path, stamp, written=written)


def delete(file_system_id: str, path: str) -> None:
    """Remove all that is in a directory, and the directory."""
    *above, name = _parts(path) or ["."]
    with suppress(OSError), beneath.opened(_root(file_system_id), above) as directory:
        shutil.rmtree(name, ignore_errors=True, dir_fd=directory)


def drop(file_system_id: str, path: str) -> None:
    """Remove a file or link, or a directory that is empty."""
    *above, name = _parts(path)
    with suppress(OSError), beneath.opened(_root(file_system_id), above) as directory:
        if path.endswith("/"):
            os.rmdir(name, dir_fd=directory)
        else:
            os.unlink(name, dir_fd=directory)


def is_possible(path: str) -> bool:
    """Whether there can be such a path: FSx imports no object whose key isn't one."""
    parts = path.removesuffix("/").split("/")
    return not {"", ".", ".."} & set(parts) and "\0" not in path


def is_changed(file_system_id: str, path: str) -> bool:
    """Whether the repository hasn't it as it is."""
    now = read_stamp(file_system_id, path)
    stamp, _ = _noted(file_system_id, path)
    return now is not None and stamp != now


def is_of(file_system_id: str, path: str, written: str) -> bool:
    """Whether it is of the object that was `written`, or that is of it."""
    _, noted = _noted(file_system_id, path)
    return noted == written


def note_same(file_system_id: str, path: str, stamp: Stamp, *, written: str) -> None:
    """Know that the repository has it as it was then, by an object that was `written`."""
    _same.get(file_system_id, {})[path] = stamp, written


def _noted(file_system_id: str, path: str) -> tuple[Stamp, str]:
    return _same.get(file_system_id, {}).get(path, ((), ""))


def read_stamp(file_system_id: str, path: str) -> Stamp | None:
    """Give what tells whether it has changed; None if it isn't there."""
    *above, name = _parts(path)
    nothing = suppress(FileNotFoundError, NotADirectoryError)
    with nothing, beneath.opened(_root(file_system_id), above) as directory:
        return _stamp(os.stat(name, dir_fd=directory, follow_symlinks=False))
    return None


def _walked(root: Path) -> Iterator[str]:
    for above, directories, files, descriptor in os.fwalk(root, follow_symlinks=False):
        for name in (*directories, *files):
            with suppress(FileNotFoundError):
                mode = os.stat(name, dir_fd=descriptor, follow_symlinks=False).st_mode
                path = str(Path(above, name).relative_to(root))
                if stat.S_ISDIR(mode):
                    yield f"{path}/"
                elif stat.S_ISREG(mode) or stat.S_ISLNK(mode):
                    yield path


def _content(name: str, directory: int) -> bytes:
    # It may have become another thing since it was looked at.
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
    descriptor = os.open(name, flags, dir_fd=directory)
    with os.fdopen(descriptor, "rb") as file:
        return file.read()


def _make_directory(name: str, directory: int, file: File) -> Stamp | None:
    """Make it as the object says; one that is there is left as it is."""
    try:
        os.mkdir(name, dir_fd=directory)
    except FileExistsError:
        return None
    with beneath.opened_in(directory, name) as made:
        file.attributes.give(made)
        return _stamp(os.fstat(made))


def _put(name: str, directory: int, file: File) -> Stamp:
    arriving = Path(tempfile.mkdtemp(dir=file_system_directories.arriving()))
    try:
        written = arriving / "file"
        if stat.S_ISLNK(file.attributes.mode):
            written.symlink_to(os.fsdecode(file.body))
            if os.geteuid() == 0:
                os.lchown(written, file.attributes.owner, file.attributes.group)
        else:
            with written.open("wb") as opened:
                opened.write(file.body)
                opened.flush()
                file.attributes.give(opened.fileno())
        os.replace(written, name, dst_dir_fd=directory)
        return _stamp(os.stat(name, dir_fd=directory, follow_symlinks=False))
    finally:
        shutil.rmtree(arriving, ignore_errors=True)


def _stamp(found: os.stat_result) -> Stamp:
    if stat.S_ISDIR(found.st_mode):
        return (found.st_mode, found.st_uid, found.st_gid)
    # Every change of content or attributes changes the ctime, whatever else was set back.
    return (found.st_ctime_ns, found.st_size)


def _parts(path: str) -> list[str]:
    return [part for part in path.split("/") if part]


def _root(file_system_id: str) -> Path:
    return file_system_directories.directory(file_system_id)
