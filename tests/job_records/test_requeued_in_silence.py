"""Runs of a requeued job have a record each, also while Slurm can't say which is which."""

from pathlib import Path

import pytest

from job_spool import JobSpool
from slurm_answers import STARTED, job, row

LATER = STARTED + 100
ROWS = [row(7, "PENDING", "REQUEUED"), row(7, "FAILED", start=LATER, restart_cnt=1)]


@pytest.fixture
def spool(tmp_path: Path) -> JobSpool:
    """Slurm is away."""
    spool = JobSpool(tmp_path)
    spool.slurm.controller = spool.slurm.accounting = None
    return spool


def end_first(spool: JobSpool, *, age_seconds: float = 0) -> Path:
    return spool.end(7, age_seconds=age_seconds, SLURM_JOB_RESTART_COUNT="1")


def end_second(spool: JobSpool, *, age_seconds: float = 0) -> Path:
    """Its hook counts as the first one's does, for the job doesn't go on."""
    return spool.end(
        7,
        age_seconds=age_seconds,
        SLURM_JOB_RESTART_COUNT="1",
        SLURM_JOB_START_TIME=str(LATER),
    )


def told(spool: JobSpool) -> list[tuple[str, str | None, int]]:
    return [(made["key"][-3:], made["state"], made["start_time"]) for made in spool.records()]


BOTH = [("7/0", "REQUEUED", STARTED), ("7/1", "FAILED", LATER)]
BOTH_BY_ORDER = [("7/0", "REQUEUED", STARTED), ("7/1", None, LATER)]


def test_they_wait_until_slurm_is_back_while_others_do_without(spool: JobSpool) -> None:
    end_first(spool, age_seconds=2)
    end_second(spool)
    spool.end(8)

    for spool.later in (0, 601, 5000):
        spool.collector.collect()
    meanwhile = spool.keys()
    spool.slurm.controller, spool.slurm.accounting = {}, {7: ROWS}
    spool.later = 5100
    spool.collector.collect()

    assert meanwhile == ["8/0"]
    assert told(spool)[1:] == BOTH


def test_a_node_that_goes_down_records_them_by_their_order(spool: JobSpool) -> None:
    end_first(spool, age_seconds=2)
    end_second(spool)

    spool.collector.collect(patient=False)

    assert told(spool) == BOTH_BY_ORDER
    assert spool.left() == 0


def test_the_last_run_is_told_from_the_first_that_has_its_record(spool: JobSpool) -> None:
    spool.slurm.controller, spool.slurm.accounting = {}, {7: ROWS[:1]}
    end_first(spool)
    spool.collector.collect()
    spool.die()
    spool.slurm.controller = spool.slurm.accounting = None
    end_second(spool)

    spool.collector.collect(patient=False)

    assert told(spool) == BOTH_BY_ORDER


def test_a_run_that_is_spooled_twice_is_not_taken_for_the_next(spool: JobSpool) -> None:
    """Its hook ran again, or the collector died before it removed the entry."""
    end_first(spool, age_seconds=3)
    spool.collector.collect(patient=False)
    spool.die()
    end_first(spool, age_seconds=2)
    end_second(spool)

    spool.collector.collect(patient=False)

    assert told(spool) == BOTH_BY_ORDER


def test_while_accounting_knows_of_neither_the_first_is_waited_for_first(spool: JobSpool) -> None:
    spool.slurm.controller, spool.slurm.accounting = {}, {}
    end_second(spool)
    spool.collector.collect()
    end_first(spool, age_seconds=10)

    written = []
    for spool.later in (30, 65, 100):
        written.append(spool.collector.collect())

    assert written == [0, 0, 2]
    assert told(spool) == BOTH_BY_ORDER


def test_after_a_night_without_power_slurm_has_ten_minutes_to_come_back(spool: JobSpool) -> None:
    spool.end(7, age_seconds=30_000)

    spool.collector.collect()
    spool.slurm.controller, spool.slurm.accounting = {7: job(7, "FAILED")}, {}
    for spool.later in (100, 120):
        spool.collector.collect()
    before = spool.keys()
    spool.slurm.accounting = {7: [row(7, "FAILED")]}
    spool.later = 140
    spool.collector.collect()

    assert before == []
    [made] = spool.records()
    assert made["sources"] == {"epilog": True, "scontrol": True, "sacct": True}
