"""The server: how a connection to it is made, and how long it is tried."""

import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import pymysql

from accounting_database.credentials import AdminCredentials, Credentials
from accounting_database.deadline import Deadline, Patience
from accounting_database.errors import (
    DatabaseUnavailable,
    DatabaseUntrusted,
    LoginRefused,
)
from accounting_database.session import Session, translated
from accounting_database.settings import DatabaseSettings

Connect = Callable[..., "pymysql.Connection[Any]"]

# A rotation changes the password first and the secret, or the other way round, a little later.
_WAITS_AFTER_REFUSAL_SECONDS = (0, 2, 5)
_WAIT_AFTER_FAILURE_SECONDS = 2


class Database:
    """A MariaDB server that is reached by TLS only, its certificate and name verified."""

    def __init__(
        self,
        *,
        settings: DatabaseSettings,
        admin: AdminCredentials,
        connect: Connect = pymysql.connect,
    ) -> None:
        self._settings = settings
        self._admin = admin
        self._connect = connect

    @contextmanager
    def session(self, patience: Patience) -> Iterator[Session]:
        """The administrator's session.

        Raises SecretUnreadable, SecretsUnavailable, DatabaseUnavailable, DatabaseUntrusted,
        LoginRefused.
        """
        deadline = Deadline(patience)
        with closing(self._session_of_admin(deadline)) as session:
            yield session

    @contextmanager
    def session_of(self, credentials: Credentials, deadline: Deadline) -> Iterator[Session]:
        """Another user's session, until the deadline of the one it is for; tried once.

        Raises as `session`.
        """
        with closing(self._session_of(credentials, deadline)) as session:
            yield session

    def _session_of_admin(self, deadline: Deadline) -> Session:
        credentials = self._admin.known()
        waits = iter(_WAITS_AFTER_REFUSAL_SECONDS)
        while True:
            try:
                return self._session_of(credentials, deadline)
            except LoginRefused:
                wait = next(waits, None)
                if wait is None or deadline.passes_within(wait):
                    raise
                time.sleep(wait)
                credentials = self._admin.fresh()
            except DatabaseUnavailable:
                if deadline.passes_within(_WAIT_AFTER_FAILURE_SECONDS):
                    raise
                time.sleep(_WAIT_AFTER_FAILURE_SECONDS)

    def _session_of(self, credentials: Credentials, deadline: Deadline) -> Session:
        host, patience = self._settings.host, deadline.patience
        with translated(host, credentials.user, "connect"):
            connection = self._connect(
                host=host,
                port=self._settings.port,
                user=credentials.user,
                password=credentials.password.encode(),  # PyMySQL takes a text for latin1
                ssl=self._trust(),
                connect_timeout=patience.connect,
                read_timeout=patience.answer,
                write_timeout=patience.answer,
                charset="utf8mb4",
                autocommit=True,
                # The server gives up before we do: nothing goes on that nobody waits for.
                init_command=(
                    "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', "
                    f"max_statement_time = {patience.answer - 1}, "
                    f"lock_wait_timeout = {int(patience.answer / 2)}, "
                    f"innodb_lock_wait_timeout = {int(patience.answer / 2)}"
                ),
            )
        return Session(connection=connection, host=host, user=credentials.user, deadline=deadline)

    def _trust(self) -> ssl.SSLContext:
        file = self._settings.ca_file
        try:
            context = ssl.create_default_context(cafile=str(file) if file else None)
        except (OSError, ssl.SSLError) as error:
            raise DatabaseUntrusted(
                self._settings.host, f"no certificates can be read from {file}: {error}"
            ) from None
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        # What Python 3.13 adds is about how an authority wrote its certificate, not about trust.
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
        return context
