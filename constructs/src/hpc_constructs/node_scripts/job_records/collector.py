"""From what was spooled to records in the outbox: each run once, whoever goes away meanwhile.

The order is what keeps it so: a record is synced in the outbox, then its run is kept as recorded,
then its entry is removed from the spool. One that dies in between finds, when it begins again, the
record in the newest file of the outbox, which is never deleted. So one that can't write ends too:
it doesn't know what was kept, and the next one finds out.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Callable

from .as_user import Reader, read_as
from .fitting import fitted_line
from .gathering import gathered, user_of
from .outbox import Outbox
from .record import job_id_of, record
from .recorded import Key, Recorded
from .restarts import Restarts
from .runs import Run, run_of_hook
from .settings import Settings
from .settling import is_settled
from .slurm import Slurm, SlurmSilent
from .slurm_json import Json
from .spool import Entry, Spool
from .traces import Traces
from .waiting import Waiting

AT_ONCE = 50
TROUBLE_SECONDS = 1800


class Collector:
    """Reads the spool and writes the outbox."""

    def __init__(
        self,
        settings: Settings,
        slurm: Slurm,
        *,
        tell: Callable[[str], None],
        read: Reader = read_as,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin where the last one ended; `tell` gets a line for what an operator should know."""
        self._read = read
        self._cluster = settings.cluster
        self._slurm = slurm
        self._tell = tell
        self.spool = Spool(Path(settings.spool))
        self.recorded = Recorded(Path(settings.kept) / "recorded.sqlite")
        self._outbox = Outbox(settings.outboxes["jobs"])
        self._traces = Traces(Path(settings.traces))
        self._waiting = Waiting(now=now)
        self._restarts = Restarts(self.recorded)
        self._accounting: bool | None = None
        self._ask = True
        written = [json.loads(line) for line in self._outbox.last_lines()]
        self.recorded.add(
            [_key(each) for each in written],
            requeued=[_key(each) for each in written if each["requeued"]],
        )
        for each in written:
            self._restarts.remember(each)

    def collect(
        self, *, patient: bool = True, ask: bool = True, until: Callable[[], bool] = lambda: False
    ) -> int:
        """Record the runs whose ends are settled, and say how many.

        Args:
            patient: whether to wait for what Slurm doesn't know yet; not when the node goes down,
                and then Slurm isn't asked again once it was silent.
            ask: whether to ask Slurm at all.
            until: asked before each run; the others stay for the next time.

        Raises:
            OSError: the disk is full or broken; begin again with another collector.
            sqlite3.Error: the same.
        """
        self._ask = ask
        waiting = self.spool.entries()
        self._waiting.keep({entry.name for entry in waiting})
        due = [e for e in waiting if not patient or self._waiting.is_due(e.name)]
        return sum(
            self._collect_some(due[first : first + AT_ONCE], patient, until)
            for first in range(0, len(due), AT_ONCE)
            if not until()
        )

    def write(self, run: Run, entry: Entry | None = None) -> bool:
        """Write a run's record, unless it has one."""
        key = (job_id_of(run), run.restart)
        if key in self.recorded:
            return False
        known = gathered(self._cluster, run, entry, self._traces, self._read)
        made = record(run, known)
        self._outbox.append(fitted_line(made))
        self.recorded.add([key], requeued=[key] if run.requeued else [])
        self._restarts.remember(made)
        return True

    def forget(self) -> None:
        """Remove what jobs left and no record took, and what a hook began and didn't end."""
        self._traces.forget()
        self.spool.forget()

    def _collect_some(
        self, entries: Sequence[Entry], patient: bool, until: Callable[[], bool]
    ) -> int:
        rows, answered = self._rows([entry.hook.job_id for entry in entries], patient)
        written = 0
        for entry in entries:
            if until():
                break
            try:
                written += self._collect_one(entry, rows, answered, patient)
            except (OSError, sqlite3.Error):
                raise  # the disk's trouble, and no entry's
            except Exception as error:  # one entry in trouble must not stop the others
                self._leave(entry, error)
        return written

    def _collect_one(
        self, entry: Entry, rows: dict[int, list[Json]], answered: bool | None, patient: bool
    ) -> bool:
        job_id = entry.hook.job_id
        job, controller = self._job(job_id, patient)
        run = run_of_hook(entry.hook, job, rows.get(job_id, []))
        # Without slurmctld's word accounting may be told more yet.
        told = answered if controller else False
        waited = self._waiting.seconds(entry.name, answered=told)
        settled = is_settled(run, accounting_answered=told, waited_seconds=waited)
        if patient and not (settled and self._is_its_turn(run, entry)):
            self._postpone(entry)
            return False
        run = self._restarts.told_apart(run)
        written = self.write(run, entry)
        user = user_of(run)
        if user is not None:
            self._traces.remove(job_id, run.restart, user)
        self.spool.remove(entry)
        return written

    def _is_its_turn(self, run: Run, entry: Entry) -> bool:
        """Whether no earlier run of the job waits, where only their order tells them apart."""
        return not run.is_guess or not any(
            other.hook.job_id == entry.hook.job_id and other.ended_at < entry.ended_at
            for other in self.spool.entries()
        )

    def _job(self, job_id: int, patient: bool) -> tuple[Json | None, bool]:
        """What slurmctld knows, and whether it answered."""
        try:
            return (self._slurm.job(job_id), True) if self._ask else (None, False)
        except SlurmSilent:
            self._ask = patient
            return None, False

    def _rows(self, job_ids: list[int], patient: bool) -> tuple[dict[int, list[Json]], bool | None]:
        """What accounting knows, and whether it answered; None where there is none."""
        if self._accounting is None and self._ask:
            self._accounting = self._slurm.has_accounting()
            self._ask = patient or self._accounting is not None
        if self._accounting is False:
            return {}, None
        try:
            return (self._slurm.rows(job_ids), True) if self._ask else ({}, False)
        except SlurmSilent:
            self._ask = patient
            return {}, False

    def _leave(self, entry: Entry, error: Exception) -> None:
        """Try it again later, and in the end keep it aside: accounting has the run (`Sweep`)."""
        self._tell(f"job {entry.hook.job_id}: {type(error).__name__}: {error}")
        if time.time() - entry.ended_at > TROUBLE_SECONDS:
            self._tell(f"job {entry.hook.job_id}: {self.spool.put_aside(entry.directory)} keeps it")
        else:
            self._postpone(entry)

    def _postpone(self, entry: Entry) -> None:
        self._waiting.postpone(entry.name, age_seconds=time.time() - entry.ended_at)


def _key(written: dict[str, Any]) -> Key:
    return int(written["job_id"]), int(written["restart"])
