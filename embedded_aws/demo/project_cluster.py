"""A project's cluster, by the calls that the Workflow Service makes."""

import time
from collections.abc import Callable
from typing import Any

from embedded_aws.demo.telling import Say, expect
from embedded_aws.errors import NotAsPromisedError
from embedded_aws.workflow_service import Answer, WorkflowService

PROJECT = {"project_id": "demo-project", "vlab_id": "demo-lab"}
PATIENCE_SECONDS = 240
TELLING_SECONDS = 5
_NOT_FOUND, _OK = 404, 200


class ProjectCluster:
    """The cluster of the demonstration's project."""

    def __init__(self, client: WorkflowService, say: Say, patience: float = 1) -> None:
        """Call as this client; wait `patience` times as long as usual."""
        self._client = client
        self._say = say
        self._seconds = patience * PATIENCE_SECONDS

    def create(self) -> str:
        """Ask for it; the private key of its user.

        Raises:
            NotAsPromisedError: it is refused, or the key isn't there when the answer is.
        """
        answer = self._client.post(**PROJECT)
        expect(answer.status == _OK, f"POST answered {answer.status}: {answer.body}")
        cluster = answer.body["cluster"]
        self._say(f"POST: {cluster['clusterName']} {cluster['clusterStatus']}")
        key = self._client.private_key(cluster["private_ssh_key_arn"])
        expect("PRIVATE KEY-----" in key, "the secret holds no private key")
        told = f"private key of {cluster['ssh_user']}: read from {cluster['private_ssh_key_arn']}"
        self._say(told)
        return key

    def wait_until_complete(self) -> dict[str, Any]:
        """Poll GET until it can be used, and tell what it is; what GET says.

        Raises:
            NotAsPromisedError: its creation failed, with the reason; or it takes too long.
        """
        cluster = self._wait(until=lambda answer: _status(answer) == "CREATE_COMPLETE")
        head_node = cluster["headNode"]
        self._say(f"head node: {head_node['privateIpAddress']} ({head_node['instanceType']})")
        self._say(f"ParallelCluster {cluster['version']}, fleet {cluster['computeFleetStatus']}")
        if cluster["clusterFsxId"]:
            self._say(f"Lustre: {cluster['clusterFsxId']}")
        return cluster

    def delete(self) -> None:
        """Have it deleted, and poll GET until it is gone.

        Raises:
            NotAsPromisedError: its deletion failed, with the reason; or it takes too long.
        """
        answer = self._client.delete(**PROJECT)
        expect(answer.status == _OK, f"DELETE answered {answer.status}: {answer.body}")
        self._say(f"DELETE: {_status(answer)}")
        self._wait(until=lambda answer: answer.status == _NOT_FOUND)
        self._say("GET: 404, the cluster is gone")
        listed = self._client.get().body["clusters"]
        expect(not listed, f"clusters are still listed: {listed}")

    def _wait(self, *, until: Callable[[Answer], bool]) -> dict[str, Any]:
        began = last = time.monotonic()
        told = ""
        while time.monotonic() - began < self._seconds:
            answer = self._client.get(**PROJECT)
            if until(answer):
                return dict(answer.body.get("cluster", answer.body))
            expect(answer.status == _OK, f"GET answered {answer.status}: {answer.body}")
            status = _status(answer)
            expect(not status.endswith("FAILED"), f"{status}: {answer.body.get('failures')}")
            now, shown = time.monotonic(), status + _export(answer)
            if shown != told or now - last > TELLING_SECONDS:
                self._say(f"GET: {shown} ({now - began:.0f} s)")
                told, last = shown, now
            time.sleep(1)
        raise NotAsPromisedError(f"still {told} after {self._seconds:g} s")


def _status(answer: Answer) -> str:
    body = answer.body.get("cluster", answer.body)
    return str(body.get("clusterStatus", answer.status))


def _export(answer: Answer) -> str:
    export = (answer.body.get("data") or {}).get("export")
    if not export:
        return ""
    return f", export of scratch {export['state']}: {export['filesExported']} files"
