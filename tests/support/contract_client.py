"""A client of the API as its contract tells what the Workflow Service's code reads and does.

It knows the three calls, the fields and the states that the contract names, and nothing else of
the application. It catches no time-out, and raises on whatever it doesn't know.
"""

import os
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_ssh_private_key

from embedded_aws.workflow_service import Answer, WorkflowService

FORGIVING_SECONDS = 10
WAIT_SECONDS = 3600
_OK, _NOT_FOUND = 200, 404


class FatalError(Exception):
    """The workflow dies of it."""


class GivenUpError(Exception):
    """The cluster failed, or goes: the workflow ends with what the API told."""

    def __init__(self, status: str, failures: object) -> None:
        super().__init__(f"{status}: {failures}")
        self.status = status


@dataclass(frozen=True, kw_only=True)
class Keys:
    """The secrets that a POST named, and how they were read."""

    cluster_name: str
    user: str
    user_key_arn: str
    admin_key_arn: str


@dataclass(kw_only=True)
class ContractClient:
    """The client of one project's cluster.

    Attributes:
        ids: `project_id` and `vlab_id`.
        interval_seconds: between two questions; the Workflow Service's 60 are too long for a test.
        states: every state that was seen, in order, each once.
        errors: the HTTP errors that were forgiven, since they came in the first 10 s.
    """

    service: WorkflowService
    ids: dict[str, str]
    interval_seconds: float = 60
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    states: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def create(self, **wishes: str) -> Keys:
        """Ask for the cluster, and load both keys at once."""
        answer = self.service.post(**self.ids, **wishes)
        cluster = _of_success(answer)["cluster"]
        if cluster["clusterStatus"] != "CREATE_REQUEST_RECEIVED":
            raise FatalError(f"POST says {cluster['clusterStatus']}")
        if cluster["private_ssh_key_arn"] != cluster["user_private_ssh_key_arn"]:
            raise FatalError(f"two generations of clients read two keys: {cluster}")
        for name in ("private_ssh_key_arn", "admin_private_ssh_key_arn"):
            add_to_agent(self.service.private_key(cluster[name]))
        return Keys(
            cluster_name=cluster["clusterName"],
            user=cluster["ssh_user"],
            user_key_arn=cluster["private_ssh_key_arn"],
            admin_key_arn=cluster["admin_private_ssh_key_arn"],
        )

    def wait(self) -> str:
        """Ask until the cluster is there; its head node's address.

        Raises:
            GivenUpError: it failed, or somebody deletes it.
            FatalError: an unknown state, an HTTP error, or an hour has passed.
        """
        began = self.clock()
        while self.clock() - began < WAIT_SECONDS:
            answer = self.service.get(**self.ids)
            if answer.status != _OK:
                told = f"GET answered {answer.status}: {dict(answer.body)}"
                if self.clock() - began > FORGIVING_SECONDS:
                    raise FatalError(told)
                self.errors.append(told)
            elif (address := self._read(_of_success(answer))) is not None:
                return address
            self.sleep(self.interval_seconds)
        raise FatalError(f"not there after {WAIT_SECONDS} s: {self.states}")

    def delete(self) -> None:
        """Ask that the cluster goes, again and again, until it is gone."""
        began = self.clock()
        while self.clock() - began < WAIT_SECONDS:
            answer = self.service.delete(**self.ids)
            if answer.status == _NOT_FOUND:
                if "message" not in answer.body:
                    raise FatalError(f"an error without a message: {answer.body}")
                return
            status = _of_success(answer)["cluster"]["clusterStatus"]
            if status != "DELETE_IN_PROGRESS":
                raise FatalError(f"DELETE says {status}")
            self.sleep(self.interval_seconds)
        raise FatalError(f"not gone after {WAIT_SECONDS} s")

    def _read(self, cluster: dict[str, Any]) -> str | None:
        """The address, or None while it is being made."""
        status = cluster["clusterStatus"]
        if status not in self.states:
            self.states.append(status)
        match status:
            case "CREATE_IN_PROGRESS" | "UPDATE_IN_PROGRESS":
                return None
            case "CREATE_COMPLETE":
                return str(cluster["headNode"]["privateIpAddress"])
            case "CREATE_FAILED" | "DELETE_FAILED" | "DELETE_IN_PROGRESS":
                raise GivenUpError(status, cluster.get("failures"))
            case _:
                raise FatalError(f"unknown state {status}")


def add_to_agent(private_key: str) -> None:
    """Load the key as `ssh-add -` does, in an agent that ends with it.

    Without OpenSSH on this machine, it is parsed without a pass phrase.
    """
    if shutil.which("ssh-agent") is None or shutil.which("ssh-add") is None:
        openssh = "BEGIN OPENSSH" in private_key
        load = load_ssh_private_key if openssh else load_pem_private_key
        load(private_key.encode(), None)
        return
    done = subprocess.run(
        ["ssh-agent", "ssh-add", "-q", "-"],  # noqa: S607 - the machine's own OpenSSH
        input=private_key.encode(),
        capture_output=True,
        timeout=20,
        check=False,
        # No terminal and no window to ask for a pass phrase.
        start_new_session=True,
        env={**os.environ, "SSH_ASKPASS_REQUIRE": "never"},
    )
    if done.returncode:
        raise FatalError(f"ssh-add refuses the key: {done.stderr.decode()}")


def _of_success(answer: Answer) -> Any:
    """The body; the scripts take a message for an error, so no success has one."""
    if answer.status != _OK or "message" in answer.body:
        raise FatalError(f"answered {answer.status}: {dict(answer.body)}")
    return dict(answer.body)
