"""Starting, finding and stopping an embedded AWS; nothing of it stays behind."""

import contextlib
import os
import signal
import socket
import sys
import threading
import time
from pathlib import Path

import pytest

from aws_account import Account
from embedded_aws import lifecycle, processes
from embedded_aws.errors import EnvironmentMissingError, PortTakenError, StartError
from embedded_aws.head_nodes.choice import HeadNodes
from embedded_aws.lifecycle import EmbeddedAws
from embedded_aws.ports import free_port
from emulator_owner import all_gone, own

IDLE = "def handler(event, context): return 'idle'"
SPAWNING = """
import subprocess

def handler(event, context):
    subprocess.Popen(["sleep", "300"], start_new_session=True)
"""


@pytest.fixture
def port() -> int:
    return free_port()


def left(state: Path) -> set[int]:
    return {pid for pid in processes.of_state(state) if processes.started_at(pid)}


def test_a_second_start_finds_the_first(embedded_aws: EmbeddedAws) -> None:
    again = lifecycle.start(embedded_aws.state, embedded_aws.port + 1)

    assert again == embedded_aws
    assert lifecycle.find(embedded_aws.state) == embedded_aws


def test_one_that_is_too_busy_to_answer_at_once_is_found(embedded_aws: EmbeddedAws) -> None:
    os.kill(embedded_aws.pid, signal.SIGSTOP)
    later = threading.Timer(3, os.kill, (embedded_aws.pid, signal.SIGCONT))
    later.start()
    try:
        found = lifecycle.find(embedded_aws.state)
    finally:
        later.join()

    assert found == embedded_aws


def test_nothing_is_found_where_nothing_runs(tmp_path: Path) -> None:
    assert lifecycle.find(tmp_path / "nowhere") is None


def test_it_listens_on_the_loopback_interface_and_one_port_only(
    embedded_aws: EmbeddedAws,
) -> None:
    links = []
    for descriptor in Path(f"/proc/{embedded_aws.pid}/fd").iterdir():
        with contextlib.suppress(OSError):  # it may close one meanwhile
            links.append(str(descriptor.readlink()))
    inodes = {link.removeprefix("socket:[").removesuffix("]") for link in links if "[" in link}
    listening = [
        line.split()[1]
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]
        if line.split()[3] == "0A" and line.split()[9] in inodes
    ]

    loopback = {address.partition(":")[0] for address in listening}
    ports = {int(address.partition(":")[2], 16) for address in listening}

    assert loopback == {"0100007F"}
    assert embedded_aws.port in ports
    assert 443 not in ports


def test_stop_leaves_no_process_and_no_file(state: Path, port: int) -> None:
    emulator = lifecycle.start(state, port)
    account = Account(emulator=emulator)
    for code in (IDLE, SPAWNING):
        account.client("lambda").invoke(FunctionName=account.function(code))
    running = left(state)

    emulator.stop()

    assert len(running) >= len(["emulator", "idle function", "spawning function", "sleep"])
    assert left(state) == set()
    assert not state.exists()
    assert lifecycle.find(state) is None


def test_killing_the_owner_leaves_no_process(state: Path, port: int) -> None:
    owner = own(state, port)
    assert owner.stdout is not None
    assert owner.stdout.readline() == "started\n"
    emulator = lifecycle.find(state)
    assert emulator is not None
    account = Account(emulator=emulator)
    account.client("lambda").invoke(FunctionName=account.function(SPAWNING))

    owner.kill()
    owner.wait()

    assert all_gone(state)
    assert not state.exists()


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGKILL, signal.SIGTERM])
def test_a_start_that_is_interrupted_leaves_no_process(
    state: Path, port: int, by: signal.Signals
) -> None:
    owner = own(state, port)
    while not left(state):
        time.sleep(0.02)

    owner.send_signal(by)
    owner.wait()

    assert all_gone(state)
    assert lifecycle.find(state) is None


def test_a_released_emulator_outlives_its_starter(state: Path, port: int) -> None:
    owner = own(state, port, "release")
    assert owner.stdout is not None
    owner.stdout.readline()
    owner.kill()
    owner.wait()
    time.sleep(1)

    found = lifecycle.find(state)

    assert found is not None
    found.stop()
    assert left(state) == set()


def test_a_taken_port_is_told(state: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(PortTakenError, match=f"port {port} .* is taken .* choose another"):
            lifecycle.start(state, port)


def test_a_missing_environment_is_told(state: Path, port: int, tmp_path: Path) -> None:
    with pytest.raises(EnvironmentMissingError, match="is not there: run `make environments`"):
        lifecycle.start(state, port, python=tmp_path / "python")


def test_an_environment_without_ministack_is_told(state: Path, port: int) -> None:
    with pytest.raises(StartError, match=r"ministack 1\.5\.33 is needed, found none"):
        lifecycle.start(state, port, python=Path(sys.executable))


def test_what_its_head_nodes_are_is_found_with_it(state: Path, port: int) -> None:
    started = lifecycle.start(state, port, head_nodes=HeadNodes.BOOTED)

    found = lifecycle.find(state)

    started.stop()
    assert found == started
    assert found.head_nodes is HeadNodes.BOOTED


def test_a_dead_emulators_record_is_not_trusted(state: Path, port: int) -> None:
    """Its pid may be another program's by now."""
    state.mkdir()
    record = f'{{"pid": {os.getpid()}, "started_at": "1", "port": {port}, "region": "r"}}'
    (state / "emulator.json").write_text(record)

    assert lifecycle.find(state) is None
