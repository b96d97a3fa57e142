"""Who drains looks on while the services do their work, and touches nothing of it."""

import shutil
from pathlib import Path

import pytest

from hpc_constructs.node_scripts.job_records.program import drain
from job_spool import JobSpool


@pytest.fixture
def spool(tmp_path: Path) -> JobSpool:
    return JobSpool(tmp_path)


def test_what_waits_in_the_spool_or_the_outbox_is_named(
    spool: JobSpool, capsys: pytest.CaptureFixture[str]
) -> None:
    spool.slurm.with_accounting = False
    spool.end(7)
    spool.collector.collect()
    spool.end(8)

    assert drain(spool.settings, 0) == 1
    assert capsys.readouterr().err.endswith(": 1 runs in the spool, 1 records in the outbox\n")


def test_what_the_collector_is_removing_is_neither_left_nor_put_aside(
    spool: JobSpool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the middle, when the first file of an entry is gone."""
    spool.slurm.with_accounting = False
    spool.end(7)
    removed, drained = shutil.rmtree, []

    def remove(directory: Path, **options: bool) -> None:
        (directory / "hook.env").unlink()
        drained.append(drain(spool.settings, 0))
        removed(directory, **options)

    monkeypatch.setattr(shutil, "rmtree", remove)
    spool.collector.collect()

    names = sorted(path.name for path in Path(spool.settings.spool).iterdir())
    assert drained == [1]  # its record isn't sent
    assert "bad" not in names


def test_what_is_no_entry_is_the_collector_s_to_put_aside(spool: JobSpool) -> None:
    nonsense = Path(spool.settings.spool) / "new" / "nonsense"
    nonsense.mkdir()

    assert drain(spool.settings, 0) == 1
    assert nonsense.is_dir()


def test_a_removal_that_the_power_went_in_the_middle_of_is_ended_by_the_next_collector(
    spool: JobSpool, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool.slurm.with_accounting = False
    spool.end(7)
    with monkeypatch.context() as patched:
        patched.setattr(shutil, "rmtree", lambda *_, **__: None)
        spool.collector.collect()

    assert spool.left() == 0
    spool.collector.forget()
    assert list(Path(spool.settings.spool).rglob("hook.env")) == []
