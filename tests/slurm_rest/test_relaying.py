"""slurmrestd is away, or goes away in mid request: what callers may do next is told truly."""

import http.client
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hpc_constructs.node_scripts.slurm_rest import relaying

SUBMIT, LIST, CANCEL = (
    ("POST", "/submit", b"{}"),
    ("GET", "/jobs", None),
    ("DELETE", "/job/1", None),
)
NOT_SUBMITTED_AGAIN = (
    "; the job may have been taken: look for it by its name before you submit it again"
)
Request = tuple[str, str, bytes | None]


@contextmanager
def slurmrestd(directory: Path, answer: Callable[[socket.socket], object]) -> Iterator[Path]:
    """One that has read a request when it does what `answer` does, and then closes."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
        listening.bind(str(directory / "socket"))
        listening.listen()

        def serve() -> None:
            connection, _ = listening.accept()
            with connection:
                told = b""
                while b"\r\n\r\n" not in told or (b"POST" in told and not told.endswith(b"{}")):
                    told += connection.recv(4096)
                answer(connection)

        thread = threading.Thread(target=serve)
        thread.start()
        yield directory / "socket"
        thread.join()


def answered(to: Path, request: Request) -> tuple[int, str]:
    answer = relaying.ask(to, *request, user="alice", token="t", request_id="request-1")
    told = json.loads(answer.body)
    assert told["requestId"] == "request-1"
    return answer.status, told["message"]


@pytest.mark.parametrize("request_", [SUBMIT, LIST, CANCEL])
def test_a_slurmrestd_that_is_not_there_may_be_asked_again(
    tmp_path: Path, request_: Request
) -> None:
    assert answered(tmp_path / "socket", request_) == (503, "Slurm is away")


@pytest.mark.parametrize("said", [b"", b"x\n", b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}"])
def test_one_that_goes_away_before_it_answers_may_have_taken_the_job(
    tmp_path: Path, said: bytes
) -> None:
    away = "Slurm went away before it answered"

    with slurmrestd(tmp_path, lambda connection: connection.sendall(said)) as path:
        submitted = answered(path, SUBMIT)
    (tmp_path / "socket").unlink()
    with slurmrestd(tmp_path, lambda connection: connection.sendall(said)) as path:
        listed = answered(path, LIST)

    assert submitted == (504, away + NOT_SUBMITTED_AGAIN)
    assert listed == (503, away)


@pytest.mark.parametrize(("request_", "more"), [(SUBMIT, NOT_SUBMITTED_AGAIN), (LIST, "")])
def test_one_that_does_not_answer_in_time_is_told_as_such(
    tmp_path: Path, request_: Request, more: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relaying, "_SECONDS", 0.1)
    ended = threading.Event()

    with slurmrestd(tmp_path, lambda _: ended.wait(10)) as path:
        got = answered(path, request_)
        ended.set()

    assert got == (504, "Slurm didn't answer within 0.1 s" + more)


def test_the_time_out_of_python_3_9_is_one_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class TimeOut(OSError):
        """What `socket.timeout` was before Python 3.10: no TimeoutError."""

    def times_out(_: object) -> None:
        raise TimeOut("timed out")

    monkeypatch.setattr(socket, "timeout", TimeOut)
    monkeypatch.setattr(http.client.HTTPConnection, "getresponse", times_out)

    with slurmrestd(tmp_path, lambda _: None) as path:
        assert answered(path, LIST) == (504, "Slurm didn't answer within 30 s")


def test_a_query_that_is_not_ascii_is_the_caller_s_fault(tmp_path: Path) -> None:
    got = answered(tmp_path / "socket", ("GET", "/jobs?x=é", None))

    assert got == (400, "the query has characters that aren't ASCII")
