"""Letting a cluster into its schema, and out of it; each may be repeated, and end anywhere."""

import time

from pymysql.constants import ER

from accounting_database.credentials import Credentials, password_hash, unknown_password
from accounting_database.database import Database
from accounting_database.deadline import OF_A_RESOURCE, Deadline, Patience
from accounting_database.errors import ConnectionsLeft, StatementRefused
from accounting_database.identifiers import account, grant_pattern, quoted
from accounting_database.locking import locked
from accounting_database.migrations import migrate
from accounting_database.model import ClusterAccounting
from accounting_database.ports import Clock
from accounting_database.register import Register
from accounting_database.session import Session

# All that RDS gives its master user for a schema, and so all that this one can give on: GRANT ALL
# would ask for DELETE HISTORY too, and be refused (RDS User Guide, "Master user account
# privileges").
PRIVILEGES = (
    "SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, REFERENCES, INDEX, ALTER,"
    " CREATE TEMPORARY TABLES, LOCK TABLES, EXECUTE, CREATE VIEW, SHOW VIEW, CREATE ROUTINE,"
    " ALTER ROUTINE, EVENT, TRIGGER"
)
# Of one user at once: enough for every sacct on a cluster, too few to shut others out.
_CONNECTIONS = 50
_LOOKS = 20
_WAIT_SECONDS = 0.1


class Admission:
    """Schemas and users of clusters."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def admit(self, accounting: ClusterAccounting, password: str) -> None:
        """Have schema and user, the user with this password and with rights on that schema only.

        Raises SchemaTaken, CreationReleased, and what Database.session and Session.run raise.
        """
        schema, user = accounting.schema_name, account(accounting.user_name)
        proof = password_hash(password)
        with self._database.session(OF_A_RESOURCE) as session:
            migrate(session)
            with locked(session, schema):
                register = Register(session)
                register.enter(accounting, self._clock.now())
                # A project has one cluster, and this is it: what else is there was never deleted.
                for left in register.unreleased_beside(accounting):
                    self._let_go(session, left)
                session.run(
                    f"make schema {schema}",
                    f"CREATE DATABASE IF NOT EXISTS {quoted(schema)} CHARACTER SET utf8mb4",
                )
                for verb in ("CREATE USER IF NOT EXISTS", "ALTER USER"):
                    session.run(
                        f"make user {accounting.user_name}",
                        f"{verb} {user} IDENTIFIED VIA mysql_native_password USING %s REQUIRE SSL"
                        f" WITH MAX_USER_CONNECTIONS {_CONNECTIONS}",
                        proof,
                    )
                session.run(
                    f"give schema {schema} to user {accounting.user_name}",
                    f"GRANT {PRIVILEGES} ON {quoted(grant_pattern(schema))}.* TO {user}",
                )

    def release(self, accounting: ClusterAccounting, patience: Patience = OF_A_RESOURCE) -> None:
        """Have no user of this creation and no connection of it; the schema stays.

        Raises ConnectionsLeft, and what Database.session and Session.run raise.
        """
        with self._database.session(patience) as session:
            migrate(session)
            with locked(session, accounting.schema_name):
                self._let_go(session, accounting)

    def _let_go(self, session: Session, accounting: ClusterAccounting) -> None:
        register, now = Register(session), self._clock.now()
        # A schema that is another's has let no such creation in.
        if register.owns(accounting, now):
            # Noted last: what dies before it counts as there, and is let go by whoever comes next.
            self._drop(session, accounting.user_name)
            register.release(accounting, now)

    def _drop(self, session: Session, user: str) -> None:
        what = f"drop user {user}"
        if session.run(what, "SELECT 1 FROM mysql.user WHERE User = %s AND Host = '%%'", user):
            password = unknown_password()
            session.run(
                what,
                f"ALTER USER {account(user)} IDENTIFIED VIA mysql_native_password USING %s"
                # Ours too, where the cluster has taken all.
                " REQUIRE SSL WITH MAX_USER_CONNECTIONS 0",
                password_hash(password),
            )
            themselves = Credentials(user=user, password=password)
            self._disconnect(themselves, session.deadline)
        session.run(what, f"DROP USER IF EXISTS {account(user)}")

    def _disconnect(self, credentials: Credentials, deadline: Deadline) -> None:
        """End every connection of the user, as the user itself, before it is dropped.

        A dropped user's connections live on. Others' may be ended only with a privilege that RDS's
        master user lacks; one's own by everybody (MariaDB Knowledge Base, KILL).
        """
        what = f"end connections of user {credentials.user}"
        with self._database.session_of(credentials, deadline) as session:
            for _ in range(_LOOKS):
                others = session.run(
                    what,
                    "SELECT ID FROM information_schema.PROCESSLIST"
                    " WHERE USER = %s AND ID <> CONNECTION_ID()",
                    credentials.user,
                )
                if not others:
                    return
                for (connection,) in others:
                    _kill(session, what, connection)
                time.sleep(_WAIT_SECONDS)
        raise ConnectionsLeft(session.host, credentials.user, len(others))


def _kill(session: Session, what: str, connection: int) -> None:
    try:
        session.run(what, "KILL CONNECTION %s", connection)
    except StatementRefused as refusal:
        if refusal.code != ER.NO_SUCH_THREAD:  # it ended by itself
            raise
