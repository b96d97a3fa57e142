"""Asks slurmrestd what was admitted, as the user and with the token that nginx has from `verify`.

Of the caller's own headers only what describes the body goes on.
"""

from __future__ import annotations

import http.client
import socket
from contextlib import closing
from pathlib import Path

from .slurm_answers import Answer, failure, translated, unanswered
from .unix_http import Handler, UnixHttpServer

SLURMRESTD = Path("/run/hpc-slurmrestd/slurmrestd.sock")
_SECONDS = 30
_LARGEST_ANSWER = 256 << 20


def serve_relay(listening: Path, slurmrestd: Path = SLURMRESTD) -> None:
    """Answer for ever."""

    class Relay(Handler):
        def do_GET(self) -> None:
            """Ask slurmrestd, and give its answer in our terms."""
            length = int(self.headers.get("Content-Length") or 0)
            answer = ask(
                slurmrestd,
                self.command,
                self.path,
                self.rfile.read(length) if length else None,
                user=self.headers["X-Rest-User"],
                token=self.headers["X-Rest-Token"],
                request_id=self.headers["X-Rest-Request"],
            )
            headers = {"X_Rest_Job": answer.job} if answer.job else {}
            self.answer(answer.status, answer.body, Content_Type="application/json", **headers)

        do_POST = do_DELETE = do_GET

    with UnixHttpServer(listening, Relay) as server:
        server.serve_forever()


class _Connection(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("slurmrestd", timeout=_SECONDS)
        self._path = path

    def connect(self) -> None:
        """By the file system."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(_SECONDS)
        self.sock.connect(str(self._path))


def ask(
    slurmrestd: Path,
    method: str,
    path: str,
    body: bytes | None,
    *,
    user: str,
    token: str,
    request_id: str,
) -> Answer:
    """Ask slurmrestd as a user; whatever goes wrong is an answer too."""
    submits = method == "POST"  # nginx lets no other in
    headers = {"X-SLURM-USER-NAME": user, "X-SLURM-USER-TOKEN": token, "Accept": "application/json"}
    if body is not None:
        headers["Content-Type"] = "application/json"
    if not path.isascii():
        return failure(400, "the query has characters that aren't ASCII", request_id)
    with closing(_Connection(slurmrestd)) as connection:
        try:
            connection.connect()
        except OSError:
            return failure(503, "Slurm is away", request_id)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            told = response.read(_LARGEST_ANSWER + 1)
            if response.length and len(told) <= _LARGEST_ANSWER:
                raise http.client.IncompleteRead(told, response.length)
        except (TimeoutError, socket.timeout):  # the same only since Python 3.10
            return unanswered(504, f"Slurm didn't answer within {_SECONDS} s", request_id, submits)
        except (OSError, http.client.HTTPException):
            return unanswered(503, "Slurm went away before it answered", request_id, submits)
    if len(told) > _LARGEST_ANSWER:
        return failure(503, "Slurm's answer is too long: ask for less", request_id)
    return translated(response.status, told, request_id, submits=submits)
