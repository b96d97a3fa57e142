"""Which runs have their record: kept on the disk, so that none gets two, whoever dies meanwhile.

A run is `job id, restart`; the cluster is the one whose head node this is.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path

Key = tuple[int, int]


class Recorded:
    """The runs; a small database."""

    def __init__(self, file: Path) -> None:
        """Open it, and make it if it isn't there."""
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._database = sqlite3.connect(str(file), isolation_level=None)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=FULL")
        self._database.execute(
            "CREATE TABLE IF NOT EXISTS recorded (job INTEGER, restart INTEGER,"
            " PRIMARY KEY (job, restart)) WITHOUT ROWID"
        )
        self._database.execute(
            "CREATE TABLE IF NOT EXISTS requeued (job INTEGER, restart INTEGER,"
            " PRIMARY KEY (job, restart)) WITHOUT ROWID"
        )
        self._database.execute(
            "CREATE TABLE IF NOT EXISTS known (name TEXT PRIMARY KEY, value INTEGER)"
        )

    def __contains__(self, key: Key) -> bool:
        """Whether the run has a record."""
        found = self._database.execute(
            "SELECT 1 FROM recorded WHERE job = ? AND restart = ?", key
        ).fetchone()
        return found is not None

    def add(self, keys: Iterable[Key], *, requeued: Iterable[Key] = ()) -> None:
        """Keep that these runs have one; on the disk when this returns.

        Args:
            keys: the runs.
            requeued: those of them after which their jobs went on in another run.
        """
        self._database.execute("BEGIN")
        try:
            self._database.executemany("INSERT OR IGNORE INTO recorded VALUES (?, ?)", keys)
            self._database.executemany("INSERT OR IGNORE INTO requeued VALUES (?, ?)", requeued)
            self._database.execute("COMMIT")
        finally:
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")

    def jobs_from(self, job_id: int) -> set[int]:
        """The jobs with this id and greater ones of which any run has a record."""
        found = self._database.execute(
            "SELECT DISTINCT job FROM recorded WHERE job >= ?", (job_id,)
        )
        return {row[0] for row in found}

    def going_on_from(self, job_id: int) -> set[int]:
        """Those of them whose newest record isn't of their last run: it was requeued."""
        found = self._database.execute(
            "SELECT job, MAX(restart) FROM recorded WHERE job >= ? GROUP BY job"
            " INTERSECT SELECT job, restart FROM requeued",
            (job_id,),
        )
        return {row[0] for row in found}

    @property
    def settled_below(self) -> int:
        """All jobs with smaller ids have their records, or there are no such jobs."""
        found = self._database.execute("SELECT value FROM known WHERE name = 'settled_below'")
        row = found.fetchone()
        return int(row[0]) if row else 1

    @settled_below.setter
    def settled_below(self, job_id: int) -> None:
        self._database.execute(
            "INSERT OR REPLACE INTO known VALUES ('settled_below', ?)", (job_id,)
        )

    def close(self) -> None:
        """Close the database."""
        self._database.close()
