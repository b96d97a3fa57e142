"""The front of Slurm's REST API: what it logs, and what it answers to too many requests."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

from booted_node import PATIENCE_SECONDS
from rest_cluster import Response, RestCluster, asked

_AT_ONCE = 20


def logged(rest: RestCluster, *expected: dict[str, Any]) -> list[dict[str, Any]]:
    """The last rows of the front's log, once they say what is expected, a row each.

    It logs a request when that has been answered, and maybe later than whoever asked looks.
    """
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        rows = rest.log()[-len(expected) :]
        if len(rows) == len(expected) and all(
            said.items() <= row.items() for said, row in zip(expected, rows, strict=True)
        ):
            return rows
        assert time.monotonic() < end, rows
        time.sleep(0.2)


def ask_until(status: int, rest: RestCluster, path: str, *, at_most: int) -> Response | None:
    """Ask with no token, on many connections at once; the first answer that has the status.

    On one connection a slow machine answers fewer a second than the front lets in.
    """
    found: list[Response] = []

    def ask() -> None:
        with closing(rest.connection()) as connection:
            for _ in range(at_most // _AT_ONCE):
                if found:
                    return
                answer = asked(connection, "GET", path, None, {})
                if answer.status == status:
                    found.append(answer)

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for each in [pool.submit(ask) for _ in range(_AT_ONCE)]:
            each.result()
    return found[0] if found else None
