"""The main job, whole: a cluster for a project, and nothing left of it."""

import time
from collections.abc import Callable
from typing import Any

from embedded_aws.deployment import Deployment
from embedded_aws.errors import NotAsPromisedError
from embedded_aws.inventory import take
from embedded_aws.lifecycle import EmbeddedAws
from embedded_aws.workflow_service import Answer, WorkflowService

PROJECT = {"project_id": "demo-project", "vlab_id": "demo-lab"}
PATIENCE_SECONDS = 240
SETTLING_SECONDS = 20
TELLING_SECONDS = 5
_NOT_FOUND, _OK = 404, 200
# These stay on purpose: what ran, and what it said.
_KEPT = "log group"

Say = Callable[[str], None]


def run(aws: EmbeddedAws, deployment: Deployment, say: Say) -> None:
    """Create a cluster as the Workflow Service does, show it, delete it, look what is left.

    Raises:
        NotAsPromisedError: something was not as the API's contract says.
    """
    before = take(aws, deployment)
    client = WorkflowService(aws, deployment)
    _create(client, say)
    cluster = _wait(client, say, until=lambda answer: _status(answer) == "CREATE_COMPLETE")
    _show(cluster, say)
    for what, name in sorted(take(aws, deployment) - before):
        say(f"  made: {what} {name}")
    _delete(client, say)
    _look_what_is_left(lambda: take(aws, deployment) - before, say)


def _create(client: WorkflowService, say: Say) -> None:
    answer = client.post(**PROJECT)
    _expect(answer.status == _OK, f"POST answered {answer.status}: {answer.body}")
    cluster = answer.body["cluster"]
    say(f"POST: {cluster['clusterName']} {cluster['clusterStatus']}")
    key = client.private_key(cluster["private_ssh_key_arn"])
    _expect("PRIVATE KEY-----" in key, "the secret holds no private key")
    say(f"private key of {cluster['ssh_user']}: read from {cluster['private_ssh_key_arn']}")


def _show(cluster: dict[str, Any], say: Say) -> None:
    head_node = cluster["headNode"]
    say(f"head node: {head_node['privateIpAddress']} ({head_node['instanceType']})")
    say(f"ParallelCluster {cluster['version']}, fleet {cluster['computeFleetStatus']}")
    if cluster["clusterFsxId"]:
        say(f"Lustre: {cluster['clusterFsxId']}")


def _delete(client: WorkflowService, say: Say) -> None:
    answer = client.delete(**PROJECT)
    _expect(answer.status == _OK, f"DELETE answered {answer.status}: {answer.body}")
    say(f"DELETE: {_status(answer)}")
    _wait(client, say, until=lambda answer: answer.status == _NOT_FOUND)
    say("GET: 404, the cluster is gone")
    listed = client.get().body["clusters"]
    _expect(not listed, f"clusters are still listed: {listed}")


def _look_what_is_left(look: Callable[[], frozenset[tuple[str, str]]], say: Say) -> None:
    # A cluster is forgotten by the last but one step of its stack: the stack itself is not.
    deadline = time.monotonic() + SETTLING_SECONDS
    while leaked := sorted(f"{what} {name}" for what, name in look() if what != _KEPT):
        if time.monotonic() > deadline:
            break
        time.sleep(0.5)
    for what, name in sorted(look()):
        if what == _KEPT:
            say(f"  kept on purpose: {what} {name}")
    _expect(not leaked, f"left behind: {', '.join(leaked)}")
    say("nothing else is left")


def _wait(client: WorkflowService, say: Say, *, until: Callable[[Answer], bool]) -> dict[str, Any]:
    """Poll GET; the cluster when `until` holds."""
    began = last = time.monotonic()
    told = ""
    while time.monotonic() - began < PATIENCE_SECONDS:
        answer = client.get(**PROJECT)
        if until(answer):
            return dict(answer.body.get("cluster", answer.body))
        _expect(answer.status == _OK, f"GET answered {answer.status}: {answer.body}")
        status = _status(answer)
        _expect(not status.endswith("FAILED"), f"{status}: {answer.body.get('failures')}")
        now = time.monotonic()
        if status != told or now - last > TELLING_SECONDS:
            say(f"GET: {status} ({now - began:.0f} s)")
            told, last = status, now
        time.sleep(1)
    raise NotAsPromisedError(f"still {told} after {PATIENCE_SECONDS} s")


def _status(answer: Answer) -> str:
    body = answer.body.get("cluster", answer.body)
    return str(body.get("clusterStatus", answer.status))


def _expect(holds: bool, otherwise: str) -> None:
    if not holds:
        raise NotAsPromisedError(otherwise)
