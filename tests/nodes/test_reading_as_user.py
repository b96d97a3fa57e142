"""Root reads a user's file with no more rights than the user has, and waits for nobody."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from booted_node import wait_until
from hpc_constructs.node_scripts.job_records.as_user import (
    SECONDS,
    Bounds,
    Unreadable,
    User,
    read_as,
)

USER = User(20001, 20001)


@pytest.fixture
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A directory of the user's, which others can reach."""
    home = tmp_path_factory.mktemp("home")
    for above in (home, *home.parents[:2]):
        above.chmod(0o755)
    os.chown(home, USER.uid, USER.gid)
    yield home


def made(path: Path, content: bytes, *, uid: int = USER.uid, mode: int = 0o600) -> str:
    path.write_bytes(content)
    os.chown(path, uid, uid)
    path.chmod(mode)
    return str(path)


def refusal(path: str | Path) -> str:
    with pytest.raises(Unreadable) as refused:
        read_as(USER, str(path), Bounds())
    return str(refused.value)


def test_the_user_s_file_is_read_head_and_tail(home: Path) -> None:
    path = made(home / "out", b"a" * 100 + b"b" * 100)

    read = read_as(USER, path, Bounds(head=10, tail=20))

    assert (read.size, read.head, read.tail) == (200, b"a" * 10, b"b" * 20)


def test_a_file_of_root_s_is_not_the_user_s_to_read(home: Path) -> None:
    assert refusal(made(home / "secret", b"root's", uid=0)) == "Permission denied"
    assert refusal("/etc/shadow") == "Permission denied"


def test_no_link_at_the_end_is_followed(home: Path) -> None:
    (home / "link").symlink_to(made(home / "out", b"mine"))

    assert refusal(home / "link") == "it is no regular file"


def test_a_directory_above_is_as_open_as_it_is_to_the_user(home: Path) -> None:
    closed = home / "closed"
    closed.mkdir(0o700)

    assert refusal(made(closed / "out", b"x")) == "Permission denied"


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/null", "/"])
def test_what_is_no_file_is_not_opened(path: str) -> None:
    assert refusal(path) == "it is no regular file"


def test_a_fifo_is_not_waited_for(home: Path) -> None:
    os.mkfifo(home / "fifo")
    began = time.monotonic()

    assert refusal(home / "fifo") == "it is no regular file"
    # A reader that waits for it is given up later than that.
    assert time.monotonic() - began < 15 < SECONDS


def test_the_reader_itself_tells_nothing_of_root_s() -> None:
    assert refusal("/proc/self/environ") == "Permission denied"


def test_a_path_that_can_be_none_is_refused(home: Path) -> None:
    assert "null" in refusal(f"{home}/a\0b")
    assert refusal("/" + "x" * 5000) == "File name too long"


def test_root_s_own_jobs_are_not_read() -> None:
    with pytest.raises(Unreadable, match="root's"):
        read_as(User(0, 0), "/etc/passwd", Bounds())


@pytest.mark.parametrize(
    ("number", "seconds", "why"),
    # The one who is killed had time enough, however slow the machine is.
    [(signal.SIGKILL, 20, "killed"), (signal.SIGSTOP, 1, "within 1 seconds")],
)
def test_the_user_who_stops_the_reader_gets_no_more_than_that(
    home: Path, number: signal.Signals, seconds: float, why: str
) -> None:
    # Long enough to be met: a pipe that nobody empties holds 64 KiB.
    path = made(home / "out", b"x" * 40_000_000)
    noticed = threading.Event()
    stopper = threading.Thread(target=_stop_children, args=(number, noticed))
    stopper.start()

    try:
        with pytest.raises(Unreadable, match=why):
            for _ in range(200):
                read_as(USER, path, Bounds(head=40_000_000, tail=0, seconds=seconds))
    finally:
        noticed.set()
        stopper.join()
    wait_until(lambda: [child for child in _children() if _uid(child) == USER.uid] == [])


def _stop_children(number: signal.Signals, noticed: threading.Event) -> None:
    """Again and again: the first one may have said all before it is met."""
    while not noticed.is_set():
        for child in _children():
            if _uid(child) == USER.uid:
                with suppress(OSError):  # it has ended
                    os.kill(child, number)


def _children() -> list[int]:
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text()
    return [int(child) for child in children.split()]


def _uid(process: int) -> int:
    try:
        return Path(f"/proc/{process}").stat().st_uid if _lives(process) else -1
    except OSError:  # no file, or no process by the time that it is read
        return -1


def _lives(process: int) -> bool:
    return "\nState:\tZ" not in Path(f"/proc/{process}/status").read_text()
