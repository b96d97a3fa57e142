"""What the provider knows of a cluster, in its own words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

Configuration: TypeAlias = dict[str, object]
"""A configuration of ParallelCluster, as its YAML would load."""

OWNER_TAG = "hpc:owner"
"""The tag that says whose a cluster is; ParallelCluster puts it on all that it makes."""


class ClusterStatus(StrEnum):
    """ParallelCluster's `clusterStatus`: CloudFormation's stack status without the rollbacks."""

    CREATE_IN_PROGRESS = "CREATE_IN_PROGRESS"
    CREATE_COMPLETE = "CREATE_COMPLETE"
    CREATE_FAILED = "CREATE_FAILED"
    UPDATE_IN_PROGRESS = "UPDATE_IN_PROGRESS"
    UPDATE_COMPLETE = "UPDATE_COMPLETE"
    UPDATE_FAILED = "UPDATE_FAILED"
    DELETE_IN_PROGRESS = "DELETE_IN_PROGRESS"
    DELETE_COMPLETE = "DELETE_COMPLETE"
    DELETE_FAILED = "DELETE_FAILED"


@dataclass(frozen=True, kw_only=True)
class Failure:
    """One thing that went wrong: a code to sort by and a reason to act on."""

    code: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class HeadNode:
    """The cluster's head node; empty strings while there is none."""

    instance_id: str = ""
    instance_type: str = ""
    launch_time: str = ""
    private_ip: str = ""
    state: str = ""


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """A cluster as ParallelCluster describes it; `failures` is empty unless it failed."""

    name: str
    status: ClusterStatus
    stack_status: str
    stack_arn: str
    version: str = ""
    compute_fleet_status: str = ""
    head_node: HeadNode = HeadNode()
    tags: Mapping[str, str] = field(default_factory=dict)
    failures: tuple[Failure, ...] = ()

    @property
    def owner(self) -> str:
        """The custom resource that made it; empty if it was made otherwise."""
        return self.tags.get(OWNER_TAG, "")

    @property
    def in_progress(self) -> bool:
        """Whether CloudFormation is still at work, be it on a rollback."""
        return self.stack_status.endswith("_IN_PROGRESS")
