"""What is worth waiting for, and how long."""

import pytest

from hpc_constructs.node_scripts.job_records.runs import Run, run_of_hook
from hpc_constructs.node_scripts.job_records.settling import is_settled
from slurm_answers import STARTED, hook, job, row

KNOWN = run_of_hook(hook(), job(), [row()])
COMPLETING = run_of_hook(hook(), job(7, "FAILED", "COMPLETING"), [row(7, "FAILED")])
RUNNING_IN_ACCOUNTING = run_of_hook(hook(), job(), [row(7, "RUNNING")])
UNKNOWN_TO_ACCOUNTING = run_of_hook(hook(), job(), [row(start=STARTED - 5)])
REQUEUED = run_of_hook(hook(), job(7, "PENDING"), [row(7, "PENDING", "REQUEUED")])


@pytest.mark.parametrize(
    ("run", "answered", "age", "settled"),
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
    ],
)
def test_a_record_waits_for_what_comes_soon_and_for_nothing_forever(
    run: Run, answered: bool | None, age: float, settled: bool
) -> None:
    assert is_settled(run, accounting_answered=answered, age_seconds=age) is settled
