"""Reading a user's files as that user: root must not open a path that a user chose.

The child has no more rights than the user, follows no link at the path's end, opens nothing but
regular files, and reads a bounded head and tail. It may be stopped or killed by the user, or wait
for a file system that is away; so it gets a bounded time, and what it says is bounded too.
"""

from __future__ import annotations

import os
import pwd
import select
import signal
import stat
import struct
import time
from dataclasses import dataclass, replace
from typing import Callable

from .excerpts import HEAD_BYTES, TAIL_BYTES, Excerpt

SECONDS = 20.0
_SIZES = struct.Struct("=QQQ")
_READ, _TROUBLE = b"R", b"T"
_TROUBLE_BYTES = 300


@dataclass(frozen=True)
class User:
    """Who to read as: ids as Slurm knows them."""

    uid: int
    gid: int

    def groups(self) -> list[int]:
        """All groups of the user, for a directory above may be its project's."""
        try:
            return os.getgrouplist(pwd.getpwuid(self.uid).pw_name, self.gid)
        except KeyError:
            return [self.gid]


class Unreadable(Exception):
    """Why a file can't be read."""


@dataclass(frozen=True)
class Bounds:
    """How many bytes of a file are read, and for how long that may take."""

    head: int = HEAD_BYTES
    tail: int = TAIL_BYTES
    seconds: float = SECONDS


Reader = Callable[[User, str, Bounds], Excerpt]
"""`read_as`, or what stands in for it where nobody can become somebody else."""


def read_as(user: User, path: str, bounds: Bounds) -> Excerpt:
    """The head and the tail of a user's file.

    Raises:
        Unreadable: it isn't there, is no regular file, isn't the user's to read, or takes too long.
    """
    if user.uid == 0:
        raise Unreadable("it is root's, and root's files are not read for jobs")
    reading, writing = os.pipe()
    groups = user.groups()
    child = os.fork()
    if child == 0:
        try:
            os.close(reading)
            _become(user, groups)
            _tell(writing, path, bounds)
        finally:
            os._exit(0)
    os.close(writing)
    try:
        return _told(_all_of(reading, bounds))
    finally:
        os.close(reading)
        os.kill(child, signal.SIGKILL)
        _reap(child)


def together(read: Reader, seconds: float = SECONDS) -> Reader:
    """Read many files as `read` does, all of them within so many seconds from now."""
    end = time.monotonic() + seconds

    def read_in_time(user: User, path: str, bounds: Bounds) -> Excerpt:
        left = end - time.monotonic()
        if left <= 0:
            raise Unreadable(f"the job's other files took {seconds:g} seconds to read")
        return read(user, path, replace(bounds, seconds=min(bounds.seconds, left)))

    return read_in_time


def _become(user: User, groups: list[int]) -> None:
    os.chdir("/")
    os.setgroups(groups)
    os.setgid(user.gid)
    os.setuid(user.uid)


def _tell(writing: int, path: str, bounds: Bounds) -> None:
    try:
        read = _read(path, bounds)
        sizes = _SIZES.pack(read.size, len(read.head), len(read.tail))
        message = _READ + sizes + read.head + read.tail
    except (OSError, ValueError, Unreadable) as error:
        why = error.strerror if isinstance(error, OSError) else None
        message = _TROUBLE + str(why or error).encode("utf-8", "replace")[:_TROUBLE_BYTES]
    while message:
        message = message[os.write(writing, message) :]


def _read(path: str, bounds: Bounds) -> Excerpt:
    # Before it is opened too: to open a device may do something.
    if not stat.S_ISREG(os.lstat(path).st_mode):
        raise Unreadable("it is no regular file")
    file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    status = os.fstat(file)
    if not stat.S_ISREG(status.st_mode):
        raise Unreadable("it is no regular file")
    size, head, tail = status.st_size, bounds.head, bounds.tail
    if size <= head + tail:
        return Excerpt(size, _exactly(file, size, 0))
    return Excerpt(size, _exactly(file, head, 0), _exactly(file, tail, size - tail))


def _exactly(file: int, length: int, offset: int) -> bytes:
    content = b""
    while len(content) < length:
        more = os.pread(file, length - len(content), offset + len(content))
        if not more:
            break
        content += more
    return content


def _all_of(reading: int, bounds: Bounds) -> bytes:
    end, content = time.monotonic() + bounds.seconds, b""
    most = bounds.head + bounds.tail + 1024
    while len(content) < most:
        left = end - time.monotonic()
        if left <= 0 or not select.select([reading], [], [], left)[0]:
            raise Unreadable(f"it wasn't read within {bounds.seconds:g} seconds")
        more = os.read(reading, 65536)
        if not more:
            break
        content += more
    return content


def _told(message: bytes) -> Excerpt:
    kind, body = message[:1], message[1:]
    if kind == _TROUBLE:
        raise Unreadable(body.decode("utf-8", "replace"))
    if kind != _READ or len(body) < _SIZES.size:
        raise Unreadable("the one who read it was killed")
    size, head, tail = _SIZES.unpack_from(body)
    content = body[_SIZES.size :]
    if len(content) != head + tail:
        raise Unreadable("the one who read it was killed")
    return Excerpt(size, content[:head], content[head:])


def _reap(child: int) -> None:
    """Forget one that still waits for a file system: it ends when that answers."""
    for _ in range(50):
        if os.waitpid(child, os.WNOHANG)[0]:
            return
        time.sleep(0.01)
