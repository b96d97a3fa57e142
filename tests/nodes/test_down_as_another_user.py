"""`make down` by another user than who made it: all runs on, and it is said whose it is."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from embedded_aws import lifecycle
from embedded_aws.__main__ import app
from embedded_aws.ports import free_port

NOBODY = 65534


@pytest.fixture
def state() -> Iterator[Path]:
    """In a directory that all may look into."""
    with tempfile.TemporaryDirectory() as directory:
        Path(directory).chmod(0o755)
        # A command imports some modules when it is first called, which another user can't where the
        # repository is closed to them.
        down(Path(directory) / "none")
        yield Path(directory) / "state"


@contextmanager
def nobody() -> Iterator[None]:
    """Be another user than root for a while."""
    os.setresuid(NOBODY, NOBODY, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)


def down(state: Path) -> tuple[int, str]:
    """The command's exit code, and what it says."""
    done = CliRunner().invoke(app, ["down", "--state", str(state)])
    return done.exit_code, done.output


def test_one_that_runs_is_another_s_to_stop(state: Path) -> None:
    emulator = lifecycle.start(state, free_port())
    try:
        with nobody():
            code, said = down(state)

        assert lifecycle.find(state) == emulator
    finally:
        emulator.stop()
    assert code != 0
    assert f"{emulator.endpoint} still runs; it is root's: sudo make down" in said
    assert "is gone" not in said


def test_a_state_that_is_left_is_another_s_to_remove(state: Path) -> None:
    state.mkdir()
    (state / "emulator.log").touch()

    with nobody():
        code, said = down(state)

    assert code != 0
    assert f"{state} is still there; it is root's: sudo make down" in said
    assert down(state) == (0, "Stopped; its state is gone.\n")
