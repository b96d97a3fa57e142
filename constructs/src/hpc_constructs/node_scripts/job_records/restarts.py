"""Which run of its job one is that Slurm tells nothing of: runs of a job end in their order.

Its hook counted this run, if it was the job's last one, or already the next; so it is the first of
these two that has no record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .record import job_id_of
from .recorded import Recorded
from .runs import Run


class Restarts:
    """What is known of the runs of jobs that have several."""

    def __init__(self, recorded: Recorded) -> None:
        """Go by which have records."""
        self._recorded = recorded
        self._by_start: dict[tuple[int, object], int] = {}

    def remember(self, made: Mapping[str, Any]) -> None:
        """Keep when the run of a record started: a hook may tell of the same run again."""
        if made["start_time"] is not None and (made["restart"] or made["requeued"]):
            self._by_start[made["job_id"], made["start_time"]] = made["restart"]

    def told_apart(self, run: Run) -> Run:
        """The run with the right number, if that was a guess."""
        if not run.is_guess or run.hook is None:
            return run
        job_id, earlier = job_id_of(run), run.restart - 1
        restart = self._by_start.get((job_id, run.hook.start))
        if restart is None:
            restart = run.restart if (job_id, earlier) in self._recorded else earlier
        return replace(run, restart=restart, requeued=restart < run.restart)
