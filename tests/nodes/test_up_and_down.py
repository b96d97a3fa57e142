"""`make up` as root: what it tells to try does what it says, and `make down` ends all of it."""

import json
import os
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded_aws import lifecycle
from embedded_aws.deployment import deployed
from embedded_aws.head_nodes.records import running
from embedded_aws.instructions import calls, jobs
from embedded_aws.patient_client import PatientClient
from embedded_aws.ports import free_port
from machine_traces import Traces

REPOSITORY = Path(__file__).resolve().parents[2]
PROJECT = {"project_id": "my-project", "vlab_id": "my-lab"}
SECONDS = 400
ROOT, NOBODY = 0, 65534
# Commands are as root types them who used no sudo: whoever runs the tests, and in whatever make,
# under which another one says which directory it is in.
NOT_TYPED = {"SUDO_UID", "MAKEFLAGS", "MAKELEVEL", "MFLAGS"}


class Up:
    """What `make up` has started, with all its files below one directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.state = directory / "state"
        self.told = self.must("make up", PORT=str(free_port()))

    def run(
        self, command: str, *, user: int = ROOT, **variables: str
    ) -> "subprocess.CompletedProcess[str]":
        """Run a command line as it is printed."""
        inherited = {name: value for name, value in os.environ.items() if name not in NOT_TYPED}
        return subprocess.run(
            ["/bin/bash", "-c", command],
            cwd=REPOSITORY,
            env={
                **inherited,
                "STATE": str(self.state),
                "TMPDIR": str(self.directory),
                **variables,
            },
            user=user,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=2 * SECONDS,
        )

    def must(self, command: str, *, user: int = ROOT, **variables: str) -> str:
        """Run one that has to succeed; what it says."""
        done = self.run(command, user=user, **variables)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def create(self) -> None:
        """Make the project's cluster, and wait until it can be used."""
        aws = lifecycle.find(self.state)
        assert aws
        client = PatientClient(aws, deployed(aws))
        assert client.post(**PROJECT).status == 200
        end = time.monotonic() + SECONDS
        while (found := client.get(**PROJECT).body)["clusterStatus"] != "CREATE_COMPLETE":
            assert time.monotonic() < end, found
            assert found["clusterStatus"] == "CREATE_IN_PROGRESS", found
            time.sleep(1)


@pytest.fixture(scope="module")
def up() -> Iterator[Up]:
    """In a directory that all may look into."""
    with tempfile.TemporaryDirectory() as directory:
        Path(directory).chmod(0o755)
        started = Up(Path(directory))
        yield started
        lifecycle.stop(started.state)


@pytest.fixture(scope="module")
def told_with_sudo(up: Up) -> str:
    """What the user `nobody` is told who types `sudo make up` where it runs already."""
    return up.must("make up", SUDO_UID=str(NOBODY))


@pytest.fixture(scope="module")
def used(up: Up) -> Up:
    """With a cluster that can be used."""
    up.create()
    return up


def test_where_no_cluster_is_yet_a_login_says_what_to_do(up: Up) -> None:
    done = up.run("make shell")

    assert done.returncode != 0
    assert "error: no head node is up: create a cluster, and wait until GET says" in done.stderr


def test_what_sudo_make_up_writes_is_for_who_typed_it_alone(up: Up, told_with_sudo: str) -> None:
    call = calls()["as an operator: list all clusters"]
    sourced = f"source {up.state}/environment"

    end = time.monotonic() + SECONDS
    while '"clusters"' not in (listed := up.must(f"{sourced} && {call}", user=NOBODY)):
        # On a busy machine the first answers may ask for the request once more.
        assert time.monotonic() < end, listed
        time.sleep(1)

    assert call in told_with_sudo
    assert json.loads(listed)["clusters"] == []
    written = [up.state / "environment", up.state / "aws-config", *up.state.glob("*.curl")]
    assert {(file.stat().st_uid, file.stat().st_mode & 0o777) for file in written} == {
        (NOBODY, 0o600)
    }


def test_what_sudo_make_up_says_of_logins_has_sudo(told_with_sudo: str) -> None:
    logins = [line for line in told_with_sudo.splitlines() if "make shell" in line]

    assert len(logins) == 4
    assert all(line.startswith("sudo make shell") for line in logins)


def test_each_command_that_is_told_does_what_it_says(used: Up) -> None:
    said = {what: used.must(command) for what, command in jobs(ROOT).items()}

    for what, command in jobs(ROOT).items():
        assert f"# {what}\n{command}\n" in used.told
    submitted, looked, _, administered, _ = said.values()
    job = int(submitted.removeprefix("Submitted batch job "))
    # In the queue, or in accounting where it has ended meanwhile.
    assert re.search(rf"^\s*{job}\s", looked, re.MULTILINE), looked
    assert "debug*" in looked
    assert len(administered.splitlines()) == 3


def test_a_cluster_that_is_not_there_is_told_with_those_that_are(used: Up) -> None:
    done = used.run("make shell CLUSTER=pcluster-elsewhere")

    [node] = running(used.state)
    assert f"no head node of pcluster-elsewhere is up: name one of {node.cluster}" in done.stderr


def test_a_job_s_end_is_told_by_its_record(used: Up) -> None:
    job = int(used.must("make shell COMMAND='sbatch --parsable --wrap \"echo $USER\"'"))

    end = time.monotonic() + SECONDS
    while not (found := [one for one in recorded(used) if one["job_id"] == job]):
        assert time.monotonic() < end
        time.sleep(1)
    [record] = found
    assert (record["state"], record["user"]) == ("COMPLETED", "sim")
    assert record["stdout"]["head"] == "sim\n"


def test_make_down_leaves_nothing_of_a_cluster_on_which_a_job_runs(used: Up) -> None:
    used.must("make shell COMMAND='sbatch --wrap \"sleep 600\"'")
    traces = Traces.of(used.directory, *(node.leader for node in running(used.state)))

    said = used.must("make down")

    assert "Stopped; its state is gone." in said
    assert traces.namespaces and traces.groups
    assert traces.left() == []


def recorded(used: Up) -> list[dict[str, object]]:
    return [json.loads(line) for line in used.must("make job-records").splitlines()]
