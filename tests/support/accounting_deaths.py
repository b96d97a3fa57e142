"""A process that dies at a statement of one's choice, or at each in turn."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
from typing import Any

import pymysql
import pymysql.connections

from accounting_database.database import Connect


class Died(BaseException):
    """The process is gone: nothing of it catches this, and its connections are closed."""


class Deaths:
    """Connects as PyMySQL does, and dies at the statement of that number.

    `after` is whether the server still got that statement and has answered it. Statements of all
    connections count, those of connecting too, from 1.
    """

    def __init__(self, *, at: int, after: bool) -> None:
        self.count = 0
        self._at = at
        self._after = after
        self._connections: list[pymysql.connections.Connection[Any]] = []

    def connect(self, **arguments: Any) -> "pymysql.connections.Connection[Any]":
        deaths = self

        class Mortal(pymysql.connections.Connection):  # type: ignore[type-arg] - none at run time
            def query(self, sql: Any, unbuffered: bool = False) -> int:
                deaths.count += 1
                if deaths.count == deaths._at and not deaths._after:
                    deaths._die()
                answer = super().query(sql, unbuffered)
                if deaths.count == deaths._at:
                    deaths._die()
                return answer

            def connect(self, sock: Any = None) -> None:
                deaths._connections.append(self)
                super().connect(sock)

        return Mortal(**arguments)

    def _die(self) -> None:
        for connection in self._connections:
            connection._force_close()  # type: ignore[attr-defined]
        raise Died


def dying_at_each(
    act: Callable[[Connect], object], *, after: bool, prepare: Callable[[], object]
) -> Iterator[None]:
    """Have the act die at each of its statements, the first one first, each time after `prepare`.

    It is over when the act comes to its end, since it has no statement of that number any more.
    """
    for at in count(1):
        prepare()
        deaths = Deaths(at=at, after=after)
        with suppress(Died):
            act(deaths.connect)
            assert 0 < deaths.count < at
            return
        yield
