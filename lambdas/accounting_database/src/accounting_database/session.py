"""One connection to the server: statements with their parameters, and its errors in our words."""

import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any, TypeAlias

import pymysql
from pymysql.constants import CR, ER
from pymysql.cursors import SSCursor

from accounting_database.deadline import Deadline
from accounting_database.errors import (
    AccountingError,
    DatabaseBusy,
    DatabaseSlow,
    DatabaseUnavailable,
    DatabaseUntrusted,
    LoginRefused,
    StatementRefused,
)

# Any: what a column holds is for those to know who wrote the statement.
Row: TypeAlias = tuple[Any, ...]

_NAMES = {
    code: name for module in (ER, CR) for name, code in vars(module).items() if type(code) is int
}
_STATEMENT_TIMEOUT = 1969  # MariaDB's ER_STATEMENT_TIMEOUT, which PyMySQL has no name for
_CONNECTION_KILLED = 1927  # MariaDB's ER_CONNECTION_KILLED
_GONE = {
    *(CR.CR_CONNECTION_ERROR, CR.CR_CONN_HOST_ERROR, CR.CR_SERVER_GONE_ERROR, CR.CR_SERVER_LOST),
    *(ER.CON_COUNT_ERROR, ER.SERVER_SHUTDOWN, ER.NORMAL_SHUTDOWN, _CONNECTION_KILLED),
}
_BUSY = {ER.LOCK_WAIT_TIMEOUT, ER.LOCK_DEADLOCK}
_REFUSED = {ER.ACCESS_DENIED_ERROR}


class Session:
    """A connection and the deadline until which it may be used.

    `what` is what a statement does, as the end of "could not …": messages have it in the place of
    the statement, which may hold the hash of a password.
    """

    def __init__(
        self,
        *,
        connection: "pymysql.Connection[Any]",
        host: str,
        user: str,
        deadline: Deadline,
    ) -> None:
        self.host = host
        self.user = user
        self._connection = connection
        self.deadline = deadline

    def run(self, what: str, statement: str, *values: object) -> list[Row]:
        """All rows. Raises DatabaseUnavailable, DatabaseSlow, DatabaseBusy, StatementRefused."""
        self._check(what)
        with translated(self.host, self.user, what), self._connection.cursor() as cursor:
            cursor.execute(statement, values)
            return list(cursor.fetchall())

    def stream(self, what: str, statement: str, *values: object) -> Iterator[Row]:
        """Row by row, for more than memory has room for; read it to its end. Raises as `run`."""
        self._check(what)
        with translated(self.host, self.user, what), self._connection.cursor(SSCursor) as cursor:
            cursor.execute(statement, values)
            for row in cursor.fetchall_unbuffered():
                yield row
                self._check(what)

    def close(self) -> None:
        """End it; a server that is gone already is no matter."""
        with closing(self._connection):
            pass

    def _check(self, what: str) -> None:
        if self.deadline.passes_within():
            raise DatabaseSlow(self.host, what)


@contextmanager
def translated(host: str, user: str, what: str) -> Iterator[None]:
    """Within this block the errors of PyMySQL are ours, without their text and without a cause.

    Both may show parts of a statement, and Lambda logs a cause.
    """
    try:
        yield
    except AccountingError:
        raise
    except (pymysql.MySQLError, OSError) as error:
        ours = _in_our_words(error, host, user, what)
    else:
        return
    raise ours from None


def _in_our_words(error: Exception, host: str, user: str, what: str) -> AccountingError:
    code = error.args[0] if error.args and isinstance(error.args[0], int) else 0
    name = _NAMES.get(code, type(error).__name__)
    cause = getattr(error, "original_exception", error)
    if code == CR.CR_SSL_CONNECTION_ERROR or isinstance(cause, ssl.SSLError):
        return DatabaseUntrusted(host, _tls_fault(cause))
    if code in _REFUSED:
        return LoginRefused(host, user)
    if code in _BUSY:
        return DatabaseBusy(host, what)
    if code == _STATEMENT_TIMEOUT:
        return DatabaseSlow(host, what)
    if code in _GONE or isinstance(error, OSError | pymysql.err.InterfaceError):
        return DatabaseUnavailable(host, f"could not {what}: {name}, {type(cause).__name__}")
    return StatementRefused(host, what, code, name)


def _tls_fault(cause: Exception) -> str:
    match cause:
        case ssl.SSLCertVerificationError():
            return cause.verify_message
        case ssl.SSLError():
            return cause.reason
        case _:
            return "it offers no TLS"
