"""Which head nodes run: a file for each below the embedded AWS's state, and the way into it.

[head_node] = running(aws.state)
subprocess.run(head_node.entered("squeue", user="sim"))
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from embedded_aws.laboratory.entering import entered
from embedded_aws.processes import started_at

_DIRECTORY = "head-nodes"


@dataclass(frozen=True, kw_only=True)
class RunningHeadNode:
    """One that has booted.

    Attributes:
        cluster: its cluster's name.
        instance_id: of EC2.
        leader: process 1 of its namespaces, by its number on this machine.
        started_at: when that began (`processes.started_at`): its number may be another's later.
        address: its private address, which its own network alone knows.
    """

    cluster: str
    instance_id: str
    leader: int
    started_at: str
    address: str

    def entered(
        self,
        *command: str,
        user: str = "root",
        environment: Mapping[str, str] | None = None,
    ) -> list[str]:
        """What runs a command on it as `user`, who is in their home; for root to run."""
        home = "/root" if user == "root" else f"/home/{user}"
        variables = {"HOME": home, **(environment or {})}
        there = ("env", f"--chdir={home}", *command)
        return entered(self.leader, *there, user=user, environment=variables)


def running(state: Path) -> list[RunningHeadNode]:
    """Those of the embedded AWS with this state, by their clusters' names."""
    found = (find(state, file.stem) for file in sorted((state / _DIRECTORY).glob("*.json")))
    return [node for node in found if node is not None]


def find(state: Path, cluster: str) -> RunningHeadNode | None:
    """The one of a cluster; None if it isn't up, or isn't booted but played."""
    node = told(state, cluster)
    return node if node and started_at(node.leader) == node.started_at else None


def told(state: Path, cluster: str) -> RunningHeadNode | None:
    """What its file says, whether its process is still there or not; None if there is no file."""
    try:
        read = json.loads(_file(state, cluster).read_text())
    except FileNotFoundError:
        return None
    return RunningHeadNode(
        cluster=read["cluster"],
        instance_id=read["instanceId"],
        leader=read["leader"],
        started_at=read["startedAt"],
        address=read["address"],
    )


def write(state: Path, node: RunningHeadNode) -> None:
    """Tell of one that is up."""
    file = _file(state, node.cluster)
    file.parent.mkdir(exist_ok=True)
    new = file.with_suffix(".new")
    written = {
        "cluster": node.cluster,
        "instanceId": node.instance_id,
        "leader": node.leader,
        "startedAt": node.started_at,
        "address": node.address,
    }
    new.write_text(json.dumps(written))
    new.replace(file)


def remove(state: Path, node: RunningHeadNode) -> None:
    """It is gone; another of the same cluster stays told of."""
    if told(state, node.cluster) == node:
        _file(state, node.cluster).unlink(missing_ok=True)


def _file(state: Path, cluster: str) -> Path:
    return state / _DIRECTORY / f"{cluster}.json"
