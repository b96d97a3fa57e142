"""`make up` as root: what it tells to try does what it says, and `make down` ends all of it."""

import json
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded_aws import lifecycle
from embedded_aws.deployment import deployed
from embedded_aws.head_nodes.records import running
from embedded_aws.instructions import jobs
from embedded_aws.ports import free_port
from embedded_aws.workflow_service import WorkflowService
from machine_traces import Traces

REPOSITORY = Path(__file__).resolve().parents[2]
PROJECT = {"project_id": "my-project", "vlab_id": "my-lab"}
SECONDS = 400


class Up:
    """What `make up` has started, with all its files below one directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.state = directory / "state"
        self.told = self.must("make up", PORT=str(free_port()))

    def run(self, command: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        """Run a command line as it is printed."""
        return subprocess.run(
            ["/bin/bash", "-c", command],
            cwd=REPOSITORY,
            env={
                **os.environ,
                "STATE": str(self.state),
                "TMPDIR": str(self.directory),
                **variables,
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=2 * SECONDS,
        )

    def must(self, command: str, **variables: str) -> str:
        """Run one that has to succeed; what it says."""
        done = self.run(command, **variables)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def create(self) -> None:
        """Make the project's cluster, and wait until it can be used."""
        aws = lifecycle.find(self.state)
        assert aws
        client = WorkflowService(aws, deployed(aws))
        assert client.post(**PROJECT).status == 200
        end = time.monotonic() + SECONDS
        while (found := client.get(**PROJECT).body)["clusterStatus"] != "CREATE_COMPLETE":
            assert time.monotonic() < end, found
            assert found["clusterStatus"] == "CREATE_IN_PROGRESS", found
            time.sleep(1)


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    started = Up(tmp_path_factory.mktemp("up"))
    yield started
    lifecycle.stop(started.state)


@pytest.fixture(scope="module")
def used(up: Up) -> Up:
    """With a cluster that can be used."""
    up.create()
    return up


def test_where_no_cluster_is_yet_a_login_says_what_to_do(up: Up) -> None:
    done = up.run("make shell")

    assert done.returncode != 0
    assert "error: no head node is up: create a cluster, and wait until GET says" in done.stderr


def test_each_command_that_is_told_does_what_it_says(used: Up) -> None:
    said = {what: used.must(command) for what, command in jobs().items()}

    for what, command in jobs().items():
        assert f"# {what}\n{command}\n" in used.told
    submitted, looked, _, administered, _ = said.values()
    job = int(submitted.removeprefix("Submitted batch job "))
    assert f" {job} " in looked
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
