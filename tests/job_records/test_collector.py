"""From the spool to the outbox: each run once, whatever is away or dies."""

import os
import time
from pathlib import Path

import pytest

from hpc_constructs.node_scripts.job_records.as_user import read_as
from hpc_constructs.node_scripts.job_records.excerpts import excerpt
from hpc_constructs.node_scripts.job_records.fitting import fitted_line
from hpc_constructs.node_scripts.job_records.gathering import gathered
from hpc_constructs.node_scripts.job_records.outbox import Outbox
from hpc_constructs.node_scripts.job_records.record import record
from hpc_constructs.node_scripts.job_records.runs import run_of_hook
from hpc_constructs.node_scripts.job_records.traces import Traces
from job_spool import JobSpool
from slurm_answers import STARTED, job, number, row


@pytest.fixture
def spool(tmp_path: Path) -> JobSpool:
    return JobSpool(tmp_path)


def test_a_run_that_ended_has_its_record_and_leaves_the_spool(spool: JobSpool) -> None:
    assert spool.slurm.controller is not None
    assert spool.slurm.accounting is not None
    spool.slurm.controller[7], spool.slurm.accounting[7] = job(), [row()]
    spool.files["/home/sim/slurm-7.out"] = b"hello\n"
    spool.end(7, script="#!/bin/bash\necho hello\n", environment={"LOADEDMODULES": "gcc/12"})

    assert spool.collector.collect() == 1

    [made] = spool.records()
    assert (made["key"], made["stdout"]["head"]) == ("pcluster-a/7/0", "hello\n")
    assert made["script"]["head"] == "#!/bin/bash\necho hello\n"
    assert made["modules"]["loaded"] == ["gcc/12"]
    assert made["stderr"] == {"path": "/home/sim/slurm-7.out", "same_as": "stdout"}
    assert spool.left() == 0


def test_output_that_cannot_be_read_says_why(spool: JobSpool) -> None:
    spool.slurm.controller, spool.slurm.accounting = {7: job()}, {7: [row()]}
    spool.end(7, script="#!/bin/sh\n")

    spool.collector.collect()

    [made] = spool.records()
    assert made["stdout"] == {
        "path": "/home/sim/slurm-7.out",
        "trouble": "No such file or directory",
    }


def test_the_component_that_runs_no_script_has_no_output(spool: JobSpool) -> None:
    het = {"job_id": 6, "job_offset": number(1)}
    spool.slurm.controller, spool.slurm.accounting = {7: job()}, {7: [row(het=het)]}
    spool.end(7, script="#!/bin/sh\n")

    spool.collector.collect()

    [made] = spool.records()
    assert (made["stdout"], made["stderr"], made["het"]["offset"]) == (None, None, 1)


def test_a_hook_that_ran_twice_for_one_run_makes_one_record(spool: JobSpool) -> None:
    spool.slurm.controller, spool.slurm.accounting = {7: job()}, {7: [row()]}
    spool.end(7)
    spool.end(7)

    spool.collector.collect()
    spool.end(7)
    spool.collector.collect()

    assert spool.keys() == ["7/0"]
    assert spool.left() == 0


def test_each_run_of_a_requeued_job_has_its_record(spool: JobSpool) -> None:
    second = job(7, restart_cnt=1, start_time=number(STARTED + 100))
    rows = [row(7, "PENDING", "REQUEUED"), row(start=STARTED + 100, restart_cnt=1)]
    spool.slurm.controller, spool.slurm.accounting = {7: second}, {7: rows}
    spool.end(7, SLURM_JOB_RESTART_COUNT="1")
    spool.end(7, SLURM_JOB_RESTART_COUNT="1", SLURM_JOB_START_TIME=str(STARTED + 100))

    spool.collector.collect()

    assert spool.keys() == ["7/0", "7/1"]


def test_what_slurm_does_not_know_yet_is_waited_for_and_not_forever(spool: JobSpool) -> None:
    spool.slurm.controller, spool.slurm.accounting = {7: job()}, {}
    spool.end(7)
    spool.end(8)

    written = [spool.collector.collect()]
    spool.later = 40
    spool.slurm.accounting[7] = [row()]
    written.append(spool.collector.collect())
    spool.later = 61
    written.append(spool.collector.collect())

    assert written == [0, 1, 1]
    assert spool.keys() == ["7/0", "8/0"]


def test_while_accounting_is_away_records_wait_ten_minutes(spool: JobSpool) -> None:
    spool.slurm.controller, spool.slurm.accounting = {7: job()}, None
    spool.end(7)

    written = []
    for spool.later in (0, 590, 610):
        written.append(spool.collector.collect())

    assert written == [0, 0, 1]
    assert spool.records()[0]["sources"] == {"epilog": True, "scontrol": True, "sacct": False}


def test_while_slurmctld_is_away_records_wait_too(spool: JobSpool) -> None:
    spool.slurm.controller, spool.slurm.accounting = None, {}
    spool.end(7, age_seconds=100)

    assert spool.collector.collect() == 0
    assert spool.left() == 1


def test_without_accounting_nothing_is_waited_for(spool: JobSpool) -> None:
    spool.slurm.controller, spool.slurm.with_accounting = {7: job()}, False
    spool.end(7)

    assert spool.collector.collect() == 1


def test_when_the_node_goes_down_nothing_is_waited_for(spool: JobSpool) -> None:
    spool.slurm.controller, spool.slurm.accounting = None, None
    spool.end(7)

    assert spool.collector.collect(patient=False) == 1
    assert spool.records()[0]["sources"] == {"epilog": True, "scontrol": False, "sacct": False}


def test_when_the_node_goes_down_a_silent_slurm_is_asked_once(spool: JobSpool) -> None:
    spool.slurm.controller, spool.slurm.accounting = None, None
    for job_id in range(1, 60):
        spool.end(job_id)

    assert spool.collector.collect(patient=False) == 59
    assert spool.slurm.questions == 1


def test_who_is_told_to_end_ends_behind_the_run_at_hand(spool: JobSpool) -> None:
    spool.slurm.with_accounting = False
    for job_id in range(1, 60):
        spool.end(job_id)

    spool.collector.collect(until=lambda: len(spool.records()) == 2)

    assert len(spool.keys()) == 2
    assert spool.left() == 57


def test_all_files_of_a_run_are_read_within_one_time(
    spool: JobSpool, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool.slurm.controller, spool.slurm.accounting = {7: job()}, {7: [row()]}
    spool.files["/home/sim/slurm-7.out"] = b"hello\n"
    for n in range(4):
        (Path(spool.settings.traces) / f"7.0.modules.{n}").write_text("gcc/12\n")
    spool.end(7, script="#!/bin/sh\n", SLURM_JOB_UID=str(os.getuid()))
    clock = iter(range(0, 1000, 9))
    monkeypatch.setattr(time, "monotonic", lambda: float(next(clock)))

    spool.collector.collect()

    assert spool.reading == [11, 2]
    assert spool.records()[0]["stdout"]["head"] == "hello\n"


def test_a_collector_that_died_behind_the_outbox_writes_no_second_record(spool: JobSpool) -> None:
    spool.slurm.controller, spool.slurm.accounting = {7: job()}, {7: [row()]}
    spool.end(7)
    [entry] = spool.collector.spool.entries()
    run = run_of_hook(entry.hook, job(), [row()])
    known = gathered("pcluster-a", run, entry, Traces(Path(spool.settings.traces)), read_as)
    Outbox(spool.settings.outboxes["jobs"]).append(fitted_line(record(run, known)))
    spool.die()

    spool.collector.collect()

    assert spool.keys() == ["7/0"]
    assert spool.left() == 0


def test_traces_of_modules_are_in_the_record_and_then_gone(
    spool: JobSpool, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool.slurm.controller, spool.slurm.accounting = {7: job()}, {7: [row()]}
    traces = Path(spool.settings.traces)
    (traces / "7.0.modules.a1b2").write_text("gcc/12\n")
    (traces / "7.1.modules.a1b2").write_text("another run's\n")
    (traces / "70.0.modules.a1b2").write_text("another job's\n")
    # The files are this user's, whoever runs the tests.
    spool.end(7, SLURM_JOB_UID=str(os.getuid()))
    monkeypatch.setattr(spool, "_read", lambda _, path, __: excerpt(Path(path).read_bytes()))

    spool.collector.collect()

    assert spool.records()[0]["modules"]["by_source"] == {"module_hook": ["gcc/12"]}
    assert sorted(path.name for path in traces.iterdir()) == [
        "7.1.modules.a1b2",
        "70.0.modules.a1b2",
    ]


def test_traces_that_another_user_made_do_not_count(spool: JobSpool) -> None:
    spool.slurm.controller, spool.slurm.accounting = {7: job()}, {7: [row()]}
    (Path(spool.settings.traces) / "7.0.modules.a1b2").write_text("evil/1\n")
    spool.end(7)

    spool.collector.collect()

    assert spool.records()[0]["modules"]["loaded"] == []
