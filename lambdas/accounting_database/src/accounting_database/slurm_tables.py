"""Runs of jobs, as slurmdbd writes them into a cluster's schema.

Tables and columns: Slurm 24.11, src/plugins/accounting_storage/mysql, create_cluster_tables. The
jobs and not the hourly roll-up: a deleted cluster's slurmdbd has gone before its last one. As the
roll-up does, rows that are marked as deleted are counted too.
"""

from collections import defaultdict
from collections.abc import Iterator

from accounting_database.core_hours import Run, Span, cores_of
from accounting_database.identifiers import quoted
from accounting_database.session import Session

_JOBS = "_job_table"
_PAUSES = "_suspend_table"


def runs(session: Session, schema: str, window: Span) -> Iterator[Run]:
    """Every run that has touched the window; none if Slurm has never been there.

    A schema has the tables of one cluster, whose name Slurm puts before theirs. Read it to its end.
    Raises as Session.run.
    """
    tables = _tables(session, schema)
    for jobs in sorted(table for table in tables if table.endswith(_JOBS)):
        pauses = jobs.removesuffix(_JOBS) + _PAUSES
        paused = _pauses(session, schema, pauses, window) if pauses in tables else {}
        rows = session.stream(
            f"read the jobs of schema {schema}",
            "SELECT job_db_inx, tres_alloc, time_start, time_end"  # noqa: S608 - a quoted name
            f" FROM {quoted(schema)}.{quoted(jobs)}"
            " WHERE time_start > 0 AND time_start < %s AND (time_end = 0 OR time_end > %s)",
            *(window.end, window.start),
        )
        for id_, tres, start, end in rows:
            yield Run(cores=cores_of(tres or ""), start=start, end=end, pauses=paused.get(id_, ()))


def _tables(session: Session, schema: str) -> set[str]:
    rows = session.run(
        f"see the tables of schema {schema}",
        "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = %s",
        schema,
    )
    return {table for (table,) in rows}


def _pauses(session: Session, schema: str, table: str, window: Span) -> dict[int, list[Span]]:
    rows = session.run(
        f"read the suspended jobs of schema {schema}",
        "SELECT job_db_inx, time_start, time_end"  # noqa: S608 - a quoted name
        f" FROM {quoted(schema)}.{quoted(table)}"
        " WHERE time_start > 0 AND time_start < %s AND (time_end = 0 OR time_end > %s)",
        *(window.end, window.start),
    )
    found: dict[int, list[Span]] = defaultdict(list)
    for id_, start, end in rows:
        found[id_].append(Span(start=start, end=end))
    return found
