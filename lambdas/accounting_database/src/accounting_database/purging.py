"""Dropping what nobody has needed for long."""

from dataclasses import dataclass

from accounting_database.database import Database
from accounting_database.deadline import OF_A_SCHEDULE
from accounting_database.errors import AccountingError, DatabaseBusy
from accounting_database.identifiers import grant_pattern, quoted
from accounting_database.locking import locked
from accounting_database.migrations import migrate
from accounting_database.ports import Clock
from accounting_database.register import Register, RegisteredSchema
from accounting_database.session import Session

_DAY_SECONDS = 24 * 60 * 60


@dataclass(frozen=True, kw_only=True)
class Due:
    """A schema whose time is over, and what came of it.

    Attributes:
        schema: as it was registered.
        released_days: whole days since the last creation went.
        kept: why it is still there; "" if it is gone.
        failed: whether that is a failure, which won't pass by itself.
    """

    schema: RegisteredSchema
    released_days: int
    kept: str
    failed: bool = False

    @property
    def log_fields(self) -> dict[str, object]:
        """What a line of the log says of it."""
        return {
            "schema": self.schema.name,
            "cluster": self.schema.cluster_name,
            "vlab_id": self.schema.vlab_id,
            "project_id": self.schema.project_id,
            "released_days": self.released_days,
        } | ({"reason": self.kept} if self.kept else {})


class Purge:
    """Of the schemas that were released longer ago than `retention_days`."""

    def __init__(self, *, database: Database, clock: Clock, retention_days: int) -> None:
        self._database = database
        self._clock = clock
        self._retention_days = retention_days

    def run(self) -> list[Due]:
        """Drop what is due and has no user; one that is refused stops none of the others.

        Raises what Database.session and Session.run raise, before anything is dropped.
        """
        with self._database.session(OF_A_SCHEDULE) as session:
            migrate(session)
            candidates = Register(session).schemas()
        return [due for schema in candidates if (due := self._treat(schema))]

    def _treat(self, candidate: RegisteredSchema) -> Due | None:
        days = self._days(candidate)
        if days is None:
            return None
        try:
            # Of its own, since a refused or lost statement ends a session, and its lock.
            with self._database.session(OF_A_SCHEDULE) as session:
                return self._drop(session, candidate.name)
        except DatabaseBusy:
            return Due(schema=candidate, released_days=days, kept="another request is at it")
        except AccountingError as error:
            return Due(schema=candidate, released_days=days, kept=str(error), failed=True)

    def _drop(self, session: Session, name: str) -> Due | None:
        """Decide once more, now that nobody else may, and drop it."""
        with locked(session, name):
            register = Register(session)
            found = register.schemas(name=name)
            days = self._days(found[0]) if found else None
            if days is None:
                return None
            if users := _users(session, name):
                kept = f"users {', '.join(users)} still have it"
                return Due(schema=found[0], released_days=days, kept=kept)
            session.run(f"drop schema {name}", f"DROP DATABASE IF EXISTS {quoted(name)}")
            register.forget(name)
            return Due(schema=found[0], released_days=days, kept="")

    def _days(self, schema: RegisteredSchema) -> int | None:
        """Since when it is released, if that is too long."""
        if schema.released_at is None:
            return None
        seconds = self._clock.now() - schema.released_at
        return seconds // _DAY_SECONDS if seconds > self._retention_days * _DAY_SECONDS else None


def _users(session: Session, schema: str) -> list[str]:
    rows = session.run(
        f"see who has schema {schema}",
        "SELECT DISTINCT User FROM mysql.db WHERE Db IN (%s, %s) ORDER BY User",
        schema,
        grant_pattern(schema),
    )
    return [user for (user,) in rows]
