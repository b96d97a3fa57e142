"""Jobs that no hook saw end have their record too."""

import sqlite3
import time
from pathlib import Path

import pytest

from hpc_constructs.node_scripts.job_records.recorded import Recorded
from hpc_constructs.node_scripts.job_records.slurm import SlurmSilent
from job_spool import JobSpool
from slurm_answers import ENDED, STARTED, SUBMITTED, job, number, row

NEVER = {"nodes": "", "start_time": number(ENDED)}
NO_START = 4294967294
# Of an array: tasks as a mask of bits that is none.
NONSENSE = {"job_id": 7, "task_id": number(None), "task": "0xno"}


@pytest.fixture
def spool(tmp_path: Path) -> JobSpool:
    return JobSpool(tmp_path)


def test_a_job_that_was_cancelled_while_pending_is_recorded_once(spool: JobSpool) -> None:
    spool.slurm.controller = {7: job(7, "CANCELLED", **NEVER)}

    assert [spool.sweep().sweep(), spool.sweep().sweep()] == [1, 0]

    [made] = spool.records()
    assert (made["state"], made["start_time"], made["nodes"]) == ("CANCELLED", None, None)


@pytest.mark.parametrize(
    "state", ["PENDING", "RUNNING", "SUSPENDED", "CONFIGURING", "REQUEUE_HOLD", "COMPLETING"]
)
def test_a_job_that_goes_on_has_no_record(spool: JobSpool, state: str) -> None:
    spool.slurm.controller = {7: job(7, state, **NEVER)}

    assert spool.sweep().sweep() == 0


def test_a_job_that_had_nodes_is_the_hook_s_for_two_minutes(spool: JobSpool) -> None:
    now = int(time.time())
    spool.slurm.controller = {
        7: job(7, "FAILED", end_time=number(now)),
        8: job(8, "FAILED", end_time=number(now - 121)),
    }

    spool.sweep().sweep()

    assert spool.keys() == ["8/0"]


def test_what_is_in_the_spool_is_left_to_the_collector(spool: JobSpool) -> None:
    spool.slurm.controller = {7: job(7, "FAILED")}
    spool.end(7)

    assert spool.sweep().sweep() == 0


def test_one_that_was_cancelled_after_it_was_requeued_has_both_records(spool: JobSpool) -> None:
    spool.slurm.controller = {7: job(7, "CANCELLED", **NEVER, restart_cnt=1)}
    spool.slurm.accounting = {
        7: [
            row(7, "PENDING", "REQUEUED"),
            row(7, "CANCELLED", start=NO_START, restart_cnt=1, nodes="None assigned"),
        ]
    }
    spool.end(7, SLURM_JOB_RESTART_COUNT="1")

    spool.collector.collect()
    spool.sweep().sweep()

    assert spool.keys() == ["7/0", "7/1"]
    assert [record["state"] for record in spool.records()] == ["REQUEUED", "CANCELLED"]


def test_what_slurm_was_silent_about_is_looked_at_again(spool: JobSpool) -> None:
    spool.slurm.controller, spool.slurm.accounting = {7: job(7, "CANCELLED", **NEVER)}, None
    sweep = spool.sweep()

    with pytest.raises(SlurmSilent):
        sweep.sweep()
    spool.slurm.accounting = {}
    sweep.sweep()

    assert spool.keys() == ["7/0"]


@pytest.mark.parametrize("dies", [False, True])
def test_a_run_behind_one_that_was_requeued_is_found_in_accounting(
    spool: JobSpool, dies: bool
) -> None:
    runs = [row(7, "PENDING", "REQUEUED"), row(7, "COMPLETED", start=STARTED + 9, restart_cnt=1)]
    spool.slurm.controller, spool.slurm.accounting = {9: job(9, "RUNNING")}, {7: runs[:1]}
    spool.end(7, SLURM_JOB_RESTART_COUNT="1")
    spool.collector.collect()
    if dies:
        spool.die()
        (Path(spool.settings.kept) / "recorded.sqlite").unlink()
    spool.slurm.accounting[7] = runs

    spool.sweep().search()

    assert spool.keys() == ["7/0", "7/1"]


def test_what_ended_while_nobody_looked_is_found_in_accounting(spool: JobSpool) -> None:
    spool.slurm.controller = {9: job(9, "RUNNING")}
    spool.slurm.accounting = {
        6: [row(6, "CANCELLED", start=NO_START, nodes="None assigned")],
        7: [row(7, "PENDING", "REQUEUED"), row(7, "COMPLETED", restart_cnt=1)],
        8: [row(8, "RUNNING")],
    }

    spool.sweep().search()

    assert spool.keys() == ["6/0", "7/0", "7/1"]


def test_a_former_cluster_s_jobs_are_not_this_one_s(spool: JobSpool) -> None:
    """It had an array of this number, and its tasks the numbers that come."""
    before, array = SUBMITTED - 86400, {"job_id": 5, "task_id": number(1), "task": ""}
    spool.slurm.began = SUBMITTED - 60
    spool.slurm.controller = {9: job(9, "RUNNING")}
    spool.slurm.accounting = {
        5: [row(5, "FAILED", submitted=before, array=array), row(5)],
        **{n: [row(n, "FAILED", submitted=before, array=array)] for n in (6, 7, 8)},
        **{n: [row(n, "FAILED", submitted=before, array=array)] for n in (9, 10)},
    }

    spool.sweep().search()
    spool.slurm.controller = {11: job(11, "RUNNING")}
    spool.slurm.accounting[9].append(row(9))
    spool.sweep().search()

    assert [(made["job_id"], made["state"]) for made in spool.records()] == [
        (5, "COMPLETED"),
        (9, "COMPLETED"),
    ]


def test_tasks_that_come_with_their_array_s_number_wait_for_their_own(spool: JobSpool) -> None:
    array = {"job_id": 5, "task_id": number(1), "task": ""}
    spool.slurm.controller = {6: job(6), 9: job(9, "RUNNING")}
    spool.slurm.accounting = {n: [row(n, array=array)] for n in (5, 6)}

    spool.sweep().search()

    assert spool.keys() == ["5/0"]


def test_a_job_that_had_the_number_before_is_not_taken_for_the_one_that_ended(
    spool: JobSpool,
) -> None:
    """slurmctld lost its state, and accounting doesn't know yet of the job that came after."""
    spool.slurm.controller = {7: job(7, "CANCELLED", **NEVER)}
    spool.slurm.accounting = {7: [row(7, "FAILED", submitted=SUBMITTED - 86400)]}

    spool.sweep().sweep()

    [made] = spool.records()
    assert (made["state"], made["sources"]["sacct"]) == ("CANCELLED", False)


def test_a_job_that_was_resized_is_its_later_row_s(spool: JobSpool) -> None:
    """Accounting has the time of the change there for that of submission."""
    spool.slurm.controller = {7: job(7, "TIMEOUT")}
    spool.slurm.accounting = {7: [row(7, "RESIZING"), row(7, "TIMEOUT", submitted=STARTED + 5)]}

    spool.sweep().sweep()

    [made] = spool.records()
    assert (made["state"], made["sources"]["sacct"]) == ("TIMEOUT", True)


def test_ids_below_the_oldest_job_that_goes_on_are_asked_for_twice_and_never_again(
    spool: JobSpool,
) -> None:
    spool.slurm.controller = {9: job(9, "RUNNING"), 12: job(12, "PENDING")}
    sweep = spool.sweep()

    settled = []
    for _ in range(3):
        sweep.search()
        settled.append(spool.collector.recorded.settled_below)

    assert settled == [1, 9, 9]


def test_a_collector_that_begins_again_asks_from_where_the_last_one_was(spool: JobSpool) -> None:
    spool.slurm.controller = {9: job(9, "RUNNING")}
    sweep = spool.sweep()
    sweep.search()
    sweep.search()
    spool.die()
    assert spool.slurm.accounting is not None
    spool.slurm.accounting[3] = [row(3)]
    spool.slurm.accounting[10] = [row(10)]
    spool.slurm.controller[11] = job(11, "RUNNING")

    spool.sweep().search()

    assert spool.keys() == ["10/0"]


@pytest.mark.parametrize("look", ["sweep", "search"])
def test_a_job_that_no_record_can_be_made_of_is_told_and_stops_no_other(
    spool: JobSpool, look: str
) -> None:
    spool.slurm.accounting = {7: [row(7, array=NONSENSE)], 8: [row(8)]}
    spool.slurm.controller = {9: job(9, "RUNNING")}
    if look == "sweep":
        spool.slurm.controller |= {7: job(7, "CANCELLED"), 8: job(8, "CANCELLED")}

    getattr(spool.sweep(), look)()

    assert spool.keys() == ["8/0"]
    assert [line[:18] for line in spool.told] == ["job 7: ValueError:"]


@pytest.mark.parametrize("look", ["sweep", "search"])
@pytest.mark.parametrize("trouble", [sqlite3.OperationalError("disk is full"), OSError("full")])
def test_a_disk_in_trouble_ends_it(
    spool: JobSpool, monkeypatch: pytest.MonkeyPatch, look: str, trouble: Exception
) -> None:
    spool.slurm.accounting = {7: [row(7)]}
    spool.slurm.controller = {9: job(9, "RUNNING")}
    if look == "sweep":
        spool.slurm.controller[7] = job(7, "CANCELLED")

    def full(*_: object, **__: object) -> None:
        raise trouble

    sweep = spool.sweep()
    monkeypatch.setattr(Recorded, "add", full)
    with pytest.raises(type(trouble)):
        getattr(sweep, look)()
