"""What is worth waiting for, and how long."""

import pytest

from hpc_constructs.node_scripts.job_records.runs import Run, run_of_hook
from hpc_constructs.node_scripts.job_records.settling import is_settled
from slurm_answers import STARTED, hook, job, row

KNOWN = run_of_hook(hook(), job(), [row()])
COMPLETING = run_of_hook(hook(), job(7, "FAILED", "COMPLETING"), [row(7, "FAILED")])
RUNNING_IN_ACCOUNTING = run_of_hook(hook(), job(), [row(7, "RUNNING")])
UNKNOWN_TO_ACCOUNTING = run_of_hook(hook(), job(), [row(start=STARTED - 5)])
GUESS = run_of_hook(hook(SLURM_JOB_RESTART_COUNT="1"), None, [])
FIRST_RUN_OF_NOBODY = run_of_hook(hook(), None, [])
REQUEUED = run_of_hook(hook(), job(7, "PENDING"), [row(7, "PENDING", "REQUEUED")])


@pytest.mark.parametrize(
    ("run", "answered", "waited", "settled"),
    [
        (KNOWN, True, 0, True),
        (REQUEUED, True, 0, True),
        (COMPLETING, True, 59, False),
        (COMPLETING, True, 60, True),
        (RUNNING_IN_ACCOUNTING, True, 59, False),
        (RUNNING_IN_ACCOUNTING, True, 60, True),
        (UNKNOWN_TO_ACCOUNTING, True, 59, False),
        (UNKNOWN_TO_ACCOUNTING, True, 60, True),
        (UNKNOWN_TO_ACCOUNTING, False, 599, False),
        (UNKNOWN_TO_ACCOUNTING, False, 600, True),
        (UNKNOWN_TO_ACCOUNTING, None, 0, True),
        (COMPLETING, None, 0, False),
        (GUESS, True, 59, False),
        (GUESS, True, 60, True),
        (GUESS, False, 86400, False),
        (GUESS, None, 0, True),
        (FIRST_RUN_OF_NOBODY, False, 600, True),
    ],
)
def test_a_record_waits_for_what_comes_soon_and_for_nothing_forever(
    run: Run, answered: bool | None, waited: float, settled: bool
) -> None:
    assert is_settled(run, accounting_answered=answered, waited_seconds=waited) is settled
