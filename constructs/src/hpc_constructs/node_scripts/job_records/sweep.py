"""Jobs whose end no hook saw: they never had nodes, or ended while the hook couldn't run.

`sacct` lists a job that was held or not eligible only to who asks for it by its id; slurmctld
forgets it MinJobAge (300 s) after its end. So slurmctld is asked often for all jobs, and accounting
from time to time for each id that nobody else knows of.
"""

from __future__ import annotations

import sqlite3
import time
from functools import partial
from typing import Callable

from .collector import Collector
from .queue import QueuedJob
from .runs import Run, ended_state, restart_of, run_of_job, run_of_row, state_of_row
from .slurm import Slurm
from .slurm_json import Json, words

HOOK_SECONDS = 120
"""How long the hook of a job that had nodes may take to spool."""
IDS_AT_ONCE = 2000


class Sweep:
    """Looks for them, and has the collector write their records."""

    def __init__(
        self,
        collector: Collector,
        slurm: Slurm,
        *,
        tell: Callable[[str], None],
        now: Callable[[], float] = time.time,
    ) -> None:
        """Look in the same Slurm; `tell` gets a line for what an operator should know."""
        self._collector = collector
        self._slurm = slurm
        self._tell = tell
        self._now = now
        self._candidate = 1
        self._seen: set[tuple[int, int | None]] = set()

    def sweep(self) -> int:
        """Record what slurmctld shows as ended and nobody recorded; say how many.

        Raises:
            SlurmSilent: Slurm gave no answer.
        """
        queue, spooled = self._slurm.queue(), self._spooled()
        self._seen &= {(job.job_id, job.ended) for job in queue}
        found: dict[int, Json] = {}
        keys: set[tuple[int, int | None]] = set()
        for queued in queue:
            key = (queued.job_id, queued.ended)
            if key in self._seen or queued.job_id in spooled or not self._is_left_over(queued):
                continue
            job = self._slurm.job(queued.job_id)
            keys.add(key)
            if job is None or ended_state(words(job.get("job_state"))) is None:
                continue
            if (queued.job_id, restart_of(job)) not in self._collector.recorded:
                found[queued.job_id] = job
        rows = self._slurm.rows(found) if found and self._slurm.has_accounting() else {}
        written = sum(
            self._write(job_id, partial(run_of_job, job, rows.get(job_id, [])))
            for job_id, job in found.items()
        )
        # Only now: where Slurm was silent all of them are looked at again.
        self._seen |= keys
        return written

    def search(self) -> int:
        """Ask accounting for each id that nobody knows the end of, and record it; say how many.

        Raises:
            SlurmSilent: Slurm gave no answer.
        """
        if not self._slurm.has_accounting():
            return 0
        recorded, first = self._collector.recorded, self._collector.recorded.settled_below
        known, going_on = recorded.jobs_from(first), recorded.going_on_from(first)
        live, spooled = {job.job_id for job in self._slurm.queue()}, self._spooled()
        last = max(known | live | spooled, default=0)
        missing = [
            job_id
            for job_id in range(first, last + 1)
            if (job_id not in known or job_id in going_on)
            and job_id not in live
            and job_id not in spooled
        ][:IDS_AT_ONCE]
        rows = self._slurm.rows(missing) if missing else {}
        written = sum(
            self._write(job_id, partial(run_of_row, row))
            for job_id, of_job in rows.items()
            for row in of_job
            if state_of_row(row) is not None
        )
        self._settle(live | spooled, missing, last)
        return written

    def _write(self, job_id: int, run: Callable[[], Run]) -> bool:
        """Have its record written; one that none can be made of stops no other."""
        try:
            return self._collector.write(run())
        except (OSError, sqlite3.Error):
            raise  # the disk's trouble, and no job's
        except Exception as error:
            self._tell(f"job {job_id}: {type(error).__name__}: {error}")
            return False

    def _settle(self, unsettled: set[int], missing: list[int], last: int) -> None:
        """Don't ask again for ids below; but once more for the ones that were asked for now."""
        below = min([*unsettled, last + 1])
        if len(missing) == IDS_AT_ONCE:
            below = min(below, missing[-1] + 1)
        recorded = self._collector.recorded
        recorded.settled_below = max(recorded.settled_below, min(self._candidate, below))
        self._candidate = below

    def _spooled(self) -> set[int]:
        return {entry.hook.job_id for entry in self._collector.spool.entries()}

    def _is_left_over(self, job: QueuedJob) -> bool:
        if ended_state([job.state]) is None:
            return False
        return not job.has_nodes or job.ended is None or self._now() - job.ended > HOOK_SECONDS
