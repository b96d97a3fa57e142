"""Nothing is left of a booted head node, whatever it is doing, and however its emulator ends."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from aws_account import Account
from booted_node import BootedNode, nodes_directories, processes_left, wait_until
from embedded_aws import lifecycle
from embedded_aws.head_nodes.choice import HeadNodes
from embedded_aws.lifecycle import EmbeddedAws
from embedded_aws.ports import free_port
from emulator_owner import own
from head_node import Cluster, start

SLEEPS = {"OnNodeStart": {"Script": "s3://BUCKET/sleeps.sh"}}
SCRIPTS = {"sleeps.sh": "#!/bin/sh\nexec sleep 600\n"}


@pytest.fixture
def emulator(tmp_path: Path) -> Iterator[EmbeddedAws]:
    started = lifecycle.start(tmp_path / "state", free_port(), head_nodes=HeadNodes.BOOTED)
    try:
        yield started
    finally:
        started.stop()


def settled(account: Account, cluster: Cluster) -> str:
    def status() -> str:
        return str(account.stack(cluster.stack_id)["StackStatus"])

    wait_until(lambda: not status().endswith("_IN_PROGRESS"))
    return status()


def head_node_processes(emulator: EmbeddedAws) -> list[int]:
    """Those that the emulator has started to boot a head node each."""
    children = Path(f"/proc/{emulator.pid}/task").glob("*/children")
    numbers = [int(each) for task in children for each in _read(task).split()]
    own = b"embedded_aws.head_nodes"
    return [number for number in numbers if own in _read(Path(f"/proc/{number}/cmdline"))]


def _read(file: Path) -> bytes:
    """A file of a thread or process: empty if it ends meanwhile."""
    try:
        return file.read_bytes()
    except OSError:
        return b""


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_head_node_ends_with_its_emulator(emulator: EmbeddedAws, how: signal.Signals) -> None:
    account = Account(emulator=emulator)
    cluster = start(account)
    assert settled(account, cluster) == "CREATE_COMPLETE", cluster.failure()
    node = BootedNode.up(emulator.state, cluster.name)

    os.kill(emulator.pid, how)

    wait_until(lambda: not nodes_directories(emulator.state))
    emulator.stop()
    assert node.left() == []
    assert processes_left(emulator.state) == set()
    assert not emulator.state.exists()


def test_a_head_node_that_boots_ends_with_the_process_that_started_its_emulator(
    tmp_path: Path,
) -> None:
    state = tmp_path / "state"
    with own(state, free_port(), "booted") as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == "started\n"
        emulator = lifecycle.find(state)
        assert emulator is not None
        cluster = start(Account(emulator=emulator), SLEEPS, scripts=SCRIPTS)
        node = BootedNode.up(state, cluster.name)

        owner.kill()

    assert node.left() == []
    assert processes_left(state) == set()
    assert not state.exists()


def test_stopping_an_emulator_waits_until_nothing_is_left(emulator: EmbeddedAws) -> None:
    account = Account(emulator=emulator)
    clusters = [start(account, SLEEPS, scripts=SCRIPTS) for _ in range(2)]
    nodes = [BootedNode.up(emulator.state, cluster.name) for cluster in clusters]

    emulator.stop()

    assert [node.left_now() for node in nodes] == [[], []]
    assert not emulator.state.exists()


def test_a_head_node_that_died_fails_each_update_of_its_cluster(emulator: EmbeddedAws) -> None:
    account = Account(emulator=emulator)
    cluster = start(account)
    assert settled(account, cluster) == "CREATE_COMPLETE", cluster.failure()
    node = BootedNode.up(emulator.state, cluster.name)
    [process] = head_node_processes(emulator)
    os.kill(process, signal.SIGKILL)

    for wait in ("SecondWait", "ThirdWait"):
        cluster.update(wait)
        assert settled(account, cluster) == "UPDATE_ROLLBACK_COMPLETE"

    failed = "signals FAILURE: Failed to bootstrap the head node: it ended (-9)"
    assert cluster.console().count(failed) == len(["SecondWait", "ThirdWait"])
    assert node.left() == []


@pytest.mark.parametrize("at", ["config.yaml", "booted", "sleeps.sh"])
def test_termination_ends_a_head_node_whatever_it_does(emulator: EmbeddedAws, at: str) -> None:
    account = Account(emulator=emulator)
    cluster = start(account, SLEEPS, scripts=SCRIPTS)
    wait_until(lambda: bool(account.events(cluster.stack_id, "HeadNode")))
    wait_until(lambda: at in cluster.console())

    account.client("ec2").terminate_instances(InstanceIds=[cluster.instance_id()])

    wait_until(lambda: "head node is down" in cluster.console())
    wait_until(lambda: not nodes_directories(emulator.state))
    assert "signals" not in cluster.console()
