"""Whether all is known of a run that ended, or more is worth waiting for.

The hook runs while the job still completes; its output may be on the way over NFS, and accounting
is told later. What is waited for is bounded: a record without it is better than none.
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


def is_settled(run: Run, *, accounting_answered: bool | None, age_seconds: float) -> bool:
    """Whether its record can be written now.

    Args:
        run: what is known.
        accounting_answered: whether `sacct` did; None where there is no accounting.
        age_seconds: how long ago it ended.
    """
    completing = "COMPLETING" in words(part(run.job, "job_state"))
    if completing and age_seconds < COMPLETING_SECONDS:
        return False
    if accounting_answered is None or _row_is_final(run):
        return True
    return age_seconds >= (ROW_SECONDS if accounting_answered else OUTAGE_SECONDS)


def _row_is_final(run: Run) -> bool:
    return state_of_row(run.row) is not None and moment(part(run.row, "time", "end")) is not None
