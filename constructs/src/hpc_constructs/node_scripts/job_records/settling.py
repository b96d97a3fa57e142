"""Whether all is known of a run that ended, or more is worth waiting for.

The hook runs while the job still completes; its output may be on the way over NFS, and accounting
is told later. What is waited for is bounded: a record without it is better than none. Only which
run of a requeued job it was is waited for until Slurm says it, or the node goes down.
"""

from __future__ import annotations

from .runs import Run, state_of_row
from .slurm_json import moment, part, words

COMPLETING_SECONDS = 60
"""How long a job may complete."""
ROW_SECONDS = 60
"""How long accounting may not know of the end, while it answers."""
OUTAGE_SECONDS = 600
"""How long accounting may not answer."""


def is_settled(run: Run, *, accounting_answered: bool | None, waited_seconds: float) -> bool:
    """Whether its record can be written now.

    Args:
        run: what is known.
        accounting_answered: whether `sacct` did; None where there is no accounting.
        waited_seconds: for how long it has, or hasn't, when asked for the run.
    """
    completing = "COMPLETING" in words(part(run.job, "job_state"))
    if completing and waited_seconds < COMPLETING_SECONDS:
        return False
    if run.is_guess and accounting_answered is False:
        return False  # it would be taken for another; on the disk it can wait until Slurm is back
    if accounting_answered is None or _row_is_final(run):
        return True
    return waited_seconds >= (ROW_SECONDS if accounting_answered else OUTAGE_SECONDS)


def _row_is_final(run: Run) -> bool:
    return state_of_row(run.row) is not None and moment(part(run.row, "time", "end")) is not None
