"""The laboratory keeps its word: what runs in it ends with it, however that ends."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from booted_node import PATIENCE_SECONDS
from embedded_aws.laboratory.network_namespace import Bridge, Endpoint
from embedded_aws.laboratory.node import Node, NodeTrouble
from embedded_aws.laboratory.slurm_configuration import ExtraDaemon, ExtraFile, SlurmConfiguration
from embedded_aws.laboratory.slurm_laboratory import SlurmLaboratory
from node_cluster import ROOT

OWNER = """
import sys, time
from pathlib import Path
from embedded_aws.laboratory.slurm_configuration import SlurmConfiguration
from embedded_aws.laboratory.slurm_laboratory import SlurmLaboratory

slurm = SlurmConfiguration(cluster_name="owned")
with SlurmLaboratory(slurm, root=Path(sys.argv[1]), users={"alice": 20001}) as laboratory:
    laboratory.submit("alice", f"exec sleep {sys.argv[2]}")
    laboratory.head.wait_until("it runs", lambda: sys.argv[2] in laboratory.node.must("ps", "-ef"))
    print("booted", flush=True)
    time.sleep(600)
"""
REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def owner(tmp_path: Path) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """Another process that has booted a laboratory, on which a job runs."""
    mark = f"600.{os.getpid()}{time.monotonic_ns() % 1000:03}"
    with subprocess.Popen(
        [sys.executable, "-c", OWNER, str(ROOT), mark],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), "TMPDIR": str(tmp_path)},
        start_new_session=True,
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "booted\n"
            assert running(mark)
            yield process, mark
        finally:
            process.kill()


def running(mark: str) -> bool:
    return any(command.endswith(f"sleep {mark} ") for command in _commands())


def groups() -> str:
    """The machine's control groups."""
    listed = "mount -t cgroup2 cgroup2 /mnt && find /mnt -type d"
    command = ["unshare", "--mount", "sh", "-c", listed]
    # Whatever else goes on there, a group that goes while find looks into it makes find fail.
    found = subprocess.run(command, check=False, capture_output=True, text=True)
    assert "/mnt" in found.stdout.splitlines(), found.stderr
    return found.stdout


def _commands() -> Iterator[str]:
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            yield process.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            continue


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_nothing_is_left_of_a_laboratory_when_its_process_is_gone(
    owner: tuple["subprocess.Popen[str]", str], tmp_path: Path, how: signal.Signals
) -> None:
    process, mark = owner
    group = f"/head.{process.pid}."
    assert group in groups()
    assert [*tmp_path.iterdir()]

    process.send_signal(how)

    process.wait(PATIENCE_SECONDS)
    end = time.monotonic() + PATIENCE_SECONDS
    while (running(mark) or [*tmp_path.iterdir()]) and time.monotonic() < end:
        time.sleep(0.1)
    assert not running(mark)
    assert [*tmp_path.iterdir()] == []
    assert group not in groups()


def test_the_machine_is_as_it_was(tmp_path: Path) -> None:
    files = [Path("/etc/passwd"), Path("/etc/hostname"), Path("/proc/self/mountinfo")]
    before = [file.read_text() for file in files]

    with Node("guest", root=ROOT, shared=tmp_path) as node:
        node.must("useradd", "visitor")
        node.must("mount", "-t", "tmpfs", "tmpfs", "/mnt")
        inside = node.must("cat", "/etc/hostname")

    assert inside == "guest\n"
    assert [file.read_text() for file in files] == before
    assert not (ROOT / "home" / "visitor").exists()


def test_a_command_that_must_succeed_says_why_it_didn_t(tmp_path: Path) -> None:
    with (
        Node("guest", root=ROOT, shared=tmp_path) as node,
        pytest.raises(NodeTrouble, match="No such file"),
    ):
        node.must("cat", "/nowhere")


def test_a_daemon_that_dies_is_told_at_the_end() -> None:
    slurm = SlurmConfiguration(cluster_name="without-accounting")

    with (
        pytest.raises(NodeTrouble, match="daemons died: slurmctld: failed"),
        SlurmLaboratory(slurm, root=ROOT, users={}) as laboratory,
    ):
        laboratory.node.must("pkill", "--signal=KILL", "--exact", "slurmctld")
        # At first it may be said to be deactivating.
        failed = "slurmctld: failed"
        laboratory.head.wait_until("it died", lambda: failed in "; ".join(laboratory.head.died()))


def test_what_a_cluster_brings_with_it_runs_beside_slurm() -> None:
    unit = "[Service]\nExecStart=/usr/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n"
    hook = '#!/bin/sh\necho "$SLURM_JOB_ID $SLURM_JOB_USER" >>/var/spool/slurm.state/ended\n'
    slurm = SlurmConfiguration(
        cluster_name="with-more",
        custom_settings=("EpilogSlurmctld=/opt/slurm/etc/ended",),
        files=(ExtraFile(path="/opt/slurm/etc/ended", content=hook, mode=0o755),),
        daemons=(ExtraDaemon(name="beside", unit=unit),),
    )

    with SlurmLaboratory(slurm, root=ROOT, users={"alice": 20001}) as laboratory:
        job = laboratory.submit("alice", "true")
        told = ("cat", "/var/spool/slurm.state/ended")
        laboratory.head.wait_until(
            "the hook ran", lambda: not laboratory.run("root", *told).returncode
        )

        assert laboratory.must("root", *told) == f"{job} alice\n"
        assert laboratory.node.must("systemctl", "is-active", "beside") == "active\n"


def test_a_port_of_this_machine_is_reached_from_a_node_by_its_name_also_after_a_reboot(
    tmp_path: Path,
) -> None:
    node = Node("guest", root=ROOT, shared=tmp_path)
    get = "from urllib.request import urlopen; print(urlopen('http://there.example:8000').status)"

    with ThreadingHTTPServer(("127.0.0.1", 0), SimpleHTTPRequestHandler) as served:
        Thread(target=served.serve_forever, daemon=True).start()
        node.see("there.example", 8000, Endpoint(port=served.server_address[1]))
        with node:
            first = node.must("python3", "-c", get)
            node.reboot()
            second = node.must("python3", "-c", get)
        served.shutdown()

    assert (first, second) == ("200\n", "200\n")


def test_a_port_of_a_node_is_reached_from_this_machine(tmp_path: Path) -> None:
    with Node("guest", root=ROOT, shared=tmp_path) as node:
        ssh = Endpoint(port=22, process=node.process_1)
        bridge = Bridge(seen_at=Endpoint(port=0), leads_to=ssh)
        port = bridge.open()

        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            greeting = connection.recv(64)

        bridge.close()
    assert greeting.startswith(b"SSH-2.0-")
