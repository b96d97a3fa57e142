"""Which schema is whose, and which of its creations are there: the rows of our own schema."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from accounting_database.errors import CreationReleased, SchemaTaken
from accounting_database.migrations import CREATIONS, SCHEMAS
from accounting_database.model import ClusterAccounting
from accounting_database.session import Session


@dataclass(frozen=True, kw_only=True)
class Lifetime:
    """Of one creation, in seconds since 1970; `released_at` is None while it is there."""

    created_at: int
    released_at: int | None


@dataclass(frozen=True, kw_only=True)
class RegisteredSchema:
    """A schema, whose it is, and every creation that ever had it, the earliest first."""

    name: str
    cluster_name: str
    vlab_id: str
    project_id: str
    lifetimes: Sequence[Lifetime]

    @property
    def released_at(self) -> int | None:
        """When the last creation went; None while one is there, or none ever was."""
        ends = [lifetime.released_at for lifetime in self.lifetimes]
        known = [end for end in ends if end is not None]
        return max(known) if known and len(known) == len(ends) else None


class Register:
    """Reads and writes the rows; whoever writes has locked the schema."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def owns(self, accounting: ClusterAccounting, now: int) -> bool:
        """Whether the schema is this cluster's; whoever comes first has it."""
        what = f"note schema {accounting.schema_name}"
        owner = (
            accounting.cluster_name,
            accounting.vlab_id.encode(),
            accounting.project_id.encode(),
        )
        self._session.run(
            what,
            f"INSERT INTO {SCHEMAS} VALUES (%s, %s, %s, %s, %s)"  # noqa: S608 - our own name
            " ON DUPLICATE KEY UPDATE schema_name = schema_name",
            *(accounting.schema_name, *owner, now),
        )
        found = self._session.run(
            what,
            f"SELECT cluster_name, vlab_id, project_id FROM {SCHEMAS} WHERE schema_name = %s",  # noqa: S608 - our own name
            accounting.schema_name,
        )
        return found == [owner]

    def enter(self, accounting: ClusterAccounting, now: int) -> None:
        """Note the creation as there. Raises SchemaTaken, CreationReleased."""
        if not self.owns(accounting, now):
            raise SchemaTaken(accounting.schema_name, accounting.cluster_name)
        what = f"note creation {accounting.creation}"
        key = (accounting.schema_name, accounting.creation)
        self._session.run(
            what,
            f"INSERT INTO {CREATIONS} VALUES (%s, %s, %s, NULL)"  # noqa: S608 - our own name
            " ON DUPLICATE KEY UPDATE creation = creation",
            *(*key, now),
        )
        ((released_at,),) = self._session.run(
            what,
            f"SELECT released_at FROM {CREATIONS} WHERE schema_name = %s AND creation = %s",  # noqa: S608 - our own name
            *key,
        )
        if released_at is not None:
            raise CreationReleased(accounting.cluster_name, accounting.creation)

    def unreleased_beside(self, accounting: ClusterAccounting) -> list[ClusterAccounting]:
        """The other creations of the same schema that were never released."""
        rows = self._session.run(
            "read which other creations are there",
            f"SELECT creation FROM {CREATIONS}"  # noqa: S608 - our own name
            " WHERE schema_name = %s AND creation <> %s AND released_at IS NULL",
            *(accounting.schema_name, accounting.creation),
        )
        return [replace(accounting, creation=creation) for (creation,) in rows]

    def release(self, accounting: ClusterAccounting, now: int) -> None:
        """Note the creation as gone, known or not: a Create that comes after it is refused."""
        self._session.run(
            f"note the release of creation {accounting.creation}",
            f"INSERT INTO {CREATIONS} VALUES (%s, %s, %s, %s)"  # noqa: S608 - our own name
            " ON DUPLICATE KEY UPDATE released_at = COALESCE(released_at, VALUES(released_at))",
            *(accounting.schema_name, accounting.creation, now, now),
        )

    def forget(self, schema: str) -> None:
        """Have no row of it: in one statement, since a half would never be due again."""
        self._session.run(
            f"forget schema {schema}",
            f"DELETE {SCHEMAS}, {CREATIONS} FROM {SCHEMAS} LEFT JOIN {CREATIONS}"
            f" USING (schema_name) WHERE {SCHEMAS}.schema_name = %s",
            schema,
        )

    def schemas(
        self, *, name: str | None = None, vlab_id: str | None = None, project_id: str | None = None
    ) -> list[RegisteredSchema]:
        """All, or those that are asked for, by name."""
        rows = self._session.run(
            "read which schemas there are",
            "SELECT schema_name, cluster_name, vlab_id, project_id, creations.created_at,"  # noqa: S608 - our own names
            f" creations.released_at FROM {SCHEMAS}"
            f" LEFT JOIN {CREATIONS} AS creations USING (schema_name)"
            " WHERE (%s IS NULL OR schema_name = %s) AND (%s IS NULL OR vlab_id = %s)"
            " AND (%s IS NULL OR project_id = %s)"
            " ORDER BY schema_name, creations.created_at, creations.released_at",
            *(name, name, vlab_id, vlab_id, project_id, project_id),
        )
        lifetimes: dict[tuple[str, str, bytes, bytes], list[Lifetime]] = {}
        for schema, cluster, vlab, project, created_at, released_at in rows:
            of_schema = lifetimes.setdefault((schema, cluster, vlab, project), [])
            if created_at is not None:
                of_schema.append(Lifetime(created_at=created_at, released_at=released_at))
        return [
            RegisteredSchema(
                name=schema,
                cluster_name=cluster,
                vlab_id=vlab.decode(),
                project_id=project.decode(),
                lifetimes=of_schema,
            )
            for (schema, cluster, vlab, project), of_schema in lifetimes.items()
        ]
