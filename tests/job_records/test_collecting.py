"""The collector's day goes on, and ends, whatever one of its duties stumbles over."""

import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from hpc_constructs.node_scripts.job_records.beginning import begin, beginning
from hpc_constructs.node_scripts.job_records.collecting import collect
from job_spool import JobSpool

# A job ends, the collector is told to end, and what the queue says isn't what it used to say.
SQUEUE = """\
#!/bin/sh
mv {spool}/begun/* {spool}/new 2>&-
kill -TERM $PPID
echo '²|CANCELLED'
"""
SCONTROL = """\
#!/bin/sh
[ "$2" != config ] || exec echo 'AccountingStorageType = accounting_storage/none'
echo 'Invalid job id specified' >&2
exit 1
"""


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[JobSpool]:
    """With Slurm's programs, and signals as they were."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    spool = JobSpool(tmp_path)
    (tmp_path / "bin").mkdir()
    for name, text in (("squeue", SQUEUE), ("scontrol", SCONTROL)):
        (tmp_path / "bin" / name).write_text(text.format(spool=spool.settings.spool))
        (tmp_path / "bin" / name).chmod(0o755)
    spool.settings = replace(spool.settings, slurm=str(tmp_path))
    yield spool
    for number, handler in before.items():
        signal.signal(number, handler)


def test_a_sweep_in_trouble_keeps_nothing_from_being_recorded_at_the_end(spool: JobSpool) -> None:
    entry = spool.end(7)
    entry.rename(Path(spool.settings.spool) / "begun" / entry.name)

    collect(spool.settings, tell=spool.told.append)

    assert spool.keys() == ["7/0"]
    assert [line[:11] for line in spool.told] == ["ValueError:", "ValueError:"]


def test_a_cluster_begins_once_whoever_installs_it_again(
    spool: JobSpool, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path(spool.settings.kept).mkdir()
    clock = iter((1000.9, 2000.9))
    monkeypatch.setattr(time, "time", lambda: next(clock))

    began = [beginning(spool.settings)]
    for _ in range(2):
        begin(spool.settings)
        began.append(beginning(spool.settings))

    assert began == [None, 1000, 1000]
