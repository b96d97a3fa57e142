"""What a collector does with what it can't record, and where it can't keep what it did."""

import os
import sqlite3
import time
from pathlib import Path

import pytest

from hpc_constructs.node_scripts.job_records.recorded import Recorded
from job_spool import JobSpool
from slurm_answers import job, row


@pytest.fixture
def spool(tmp_path: Path) -> JobSpool:
    return JobSpool(tmp_path)


def test_an_entry_in_trouble_stops_no_other_and_stays(spool: JobSpool) -> None:
    spool.slurm.controller, spool.slurm.accounting = (
        {7: job(), 8: job(8)},
        {7: [row()], 8: [row(8)]},
    )
    spool.breaking.add("/home/sim/slurm-7.out")
    spool.end(7, script="#!/bin/sh\n")
    spool.end(8)

    spool.collector.collect()

    assert spool.keys() == ["8/0"]
    assert spool.left() == 1
    assert "job 7: RuntimeError" in spool.told[0]


def test_an_entry_that_stays_in_trouble_is_put_aside_and_accounting_has_the_run(
    spool: JobSpool,
) -> None:
    spool.slurm.accounting = {7: [row()]}
    spool.breaking.add("/home/sim/slurm-7.out")
    spool.end(7, script="#!/bin/sh\n", age_seconds=1801)
    spool.end(8, age_seconds=1801)

    for spool.later in (0, 61):
        spool.collector.collect()
    spool.sweep().search()

    assert spool.keys() == ["8/0", "7/0"]
    assert len(list((Path(spool.settings.spool) / "bad").iterdir())) == 1


@pytest.mark.parametrize("trouble", [sqlite3.OperationalError("disk is full"), OSError("full")])
def test_a_collector_that_cannot_keep_what_it_wrote_ends_and_the_next_one_writes_none_again(
    spool: JobSpool, monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    spool.slurm.accounting = {7: [row()]}
    spool.end(7, age_seconds=1801)
    collector = spool.collector

    def full(*_: object, **__: object) -> None:
        raise trouble

    with monkeypatch.context() as patched:
        patched.setattr(Recorded, "add", full)
        with pytest.raises(type(trouble)):
            collector.collect()
    spool.die()
    spool.collector.collect()

    assert spool.keys() == ["7/0"]
    assert spool.left() == 0
    assert not (Path(spool.settings.spool) / "bad").exists()


def test_what_could_not_be_kept_does_not_stand_in_the_way_of_what_can(tmp_path: Path) -> None:
    recorded = Recorded(tmp_path / "recorded.sqlite")

    with pytest.raises(OverflowError):
        recorded.add([(7, 0), (2**70, 0)])
    recorded.add([(8, 0)])

    assert recorded.jobs_from(0) == {8}


def test_what_was_put_aside_goes_after_a_month(spool: JobSpool) -> None:
    bad = Path(spool.settings.spool) / "bad"
    for name, days in (("old", 31), ("new", 29)):
        (bad / name).mkdir(parents=True)
        when = time.time() - days * 86400
        os.utime(bad / name, (when, when))

    spool.collector.forget()

    assert [path.name for path in bad.iterdir()] == ["new"]


def test_what_is_no_entry_is_put_aside_and_kept(spool: JobSpool) -> None:
    nonsense = Path(spool.settings.spool) / "new" / "nonsense"
    nonsense.mkdir()

    assert spool.collector.collect() == 0
    assert (Path(spool.settings.spool) / "bad" / "nonsense").is_dir()
