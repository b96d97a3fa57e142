"""Every line of the provider's log says whose cluster it is about, and none of a former one's."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
# One container: a creation that ends, one that fails, and a question, with the fake library.
CALLS = """
import logging
from types import SimpleNamespace
from cluster_library_fake import FakeLibrary
from cluster_provider_story import FakeCertificates, FakeRegistry, FakeStacks, Resource
from cluster_provider.entry_point import entry_point
from cluster_provider.provider import Provider

REGION = '{"Region": "us-east-1", "CustomActions": "ssh-ed25519 AAAA"}'
provider = Provider(
    library=FakeLibrary(),
    stacks=FakeStacks(),
    certificates=FakeCertificates(),
    registry=FakeRegistry(),
)

@entry_point
def on_event(event, _):
    logging.getLogger("pcluster.aws.common").info({"Parameters": "ssh-ed25519 AAAA"})
    logging.getLogger("pcluster.aws.common").warning("a library's")
    return provider.on_event(event)

def call(request, **properties):
    event = {
        "RequestType": "Create",
        "StackId": "arn:aws:cloudformation:us-east-1:0:stack/hpc-a/1",
        "LogicalResourceId": "Cluster",
        "ResourceProperties": {"ClusterConfiguration": REGION, "Creation": "0", **properties},
    }
    context = SimpleNamespace(
        function_name="f", memory_limit_in_mb=1, invoked_function_arn="a", aws_request_id=request
    )
    try:
        on_event(event, context)
    except Exception:
        pass

call("r1", ClusterName="pcluster-a", RegistryId="lab/first")
call("r2", ClusterName="pcluster-b", RegistryId="lab/second", ClusterConfiguration="[]")
call("r3", ClusterName="pcluster-c")
"""


@pytest.fixture(scope="module")
def lines() -> list[dict[str, Any]]:
    paths = [ROOT / "lambdas" / "cluster_provider" / "src", ROOT / "tests" / "support"]
    done = subprocess.run(
        [sys.executable, "-c", CALLS],
        env={
            "PATH": os.environ.get("PATH", ""),
            "PYTHONPATH": os.pathsep.join(map(str, paths)),
            "LAMBDA_TASK_ROOT": "/var/task",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_each_line_has_the_request_the_lab_the_project_and_the_cluster(
    lines: list[dict[str, Any]],
) -> None:
    fields = ("function_request_id", "vlab_id", "project_id", "cluster", "message")

    told = [tuple(line.get(field) for field in fields) for line in lines]

    assert told == [
        ("r1", "lab", "first", "pcluster-a", "a library's"),
        ("r1", "lab", "first", "pcluster-a", "began"),
        ("r2", "lab", "second", "pcluster-b", "a library's"),
        ("r2", "lab", "second", "pcluster-b", "failed"),
        ("r3", None, None, "pcluster-c", "a library's"),
        ("r3", None, None, "pcluster-c", "began"),
    ]


def test_no_line_holds_the_configuration(lines: list[dict[str, Any]]) -> None:
    assert "ssh-ed25519" not in json.dumps(lines)
