"""With an embedded AWS its databases end, however it ends."""

import contextlib
import os
import signal
from pathlib import Path

import databases
from aws_account import Account
from embedded_aws import lifecycle, processes
from embedded_aws.lifecycle import EmbeddedAws
from embedded_aws.ports import free_port
from emulator_owner import all_gone, own


def with_a_database(emulator: EmbeddedAws) -> None:
    made = databases.make(Account(emulator=emulator))
    assert made.settled() == "available"
    assert servers(emulator.state)


def servers(state: Path) -> set[int]:
    """The processes of the state's database servers."""
    found = set()
    for process in processes.of_state(state):
        with contextlib.suppress(OSError):  # another of the state may end meanwhile
            if b"mariadbd" in Path(f"/proc/{process}/cmdline").read_bytes():
                found.add(process)
    return found


def test_when_it_is_stopped(state: Path) -> None:
    emulator = lifecycle.start(state, free_port())
    with_a_database(emulator)

    emulator.stop()

    assert all_gone(state)
    assert not state.exists()


def test_when_it_is_killed(state: Path) -> None:
    emulator = lifecycle.start(state, free_port())
    with_a_database(emulator)

    os.kill(emulator.pid, signal.SIGKILL)

    assert all_gone(state)


def test_when_who_started_it_is_killed(state: Path) -> None:
    owner = own(state, free_port())
    assert owner.stdout
    assert owner.stdout.readline() == "started\n"
    emulator = lifecycle.find(state)
    assert emulator is not None
    with_a_database(emulator)

    owner.kill()
    owner.wait()

    assert all_gone(state)
    assert not state.exists()
