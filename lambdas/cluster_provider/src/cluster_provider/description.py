"""ParallelCluster's description of a cluster, in our words."""

from collections.abc import Mapping, Sequence
from typing import TypedDict

from cluster_provider.model import Cluster, ClusterStatus, Failure, HeadNode


class Described(TypedDict, total=False):
    """What `pcluster.lib.describe_cluster` answers, as far as it is read."""

    clusterName: str
    clusterStatus: str
    cloudFormationStackStatus: str
    cloudformationStackArn: str
    version: str
    computeFleetStatus: str
    headNode: Mapping[str, str]
    tags: Sequence[Mapping[str, str]]
    failures: Sequence[Mapping[str, str]]


def cluster_of(described: Described, causes: Sequence[str]) -> Cluster:
    """The cluster; `causes` are what its stack's events say of a failure."""
    node = described.get("headNode", {})
    status = ClusterStatus(described["clusterStatus"])
    return Cluster(
        name=described["clusterName"],
        status=status,
        stack_status=described["cloudFormationStackStatus"],
        stack_arn=described["cloudformationStackArn"],
        version=described.get("version", ""),
        compute_fleet_status=described.get("computeFleetStatus", ""),
        head_node=HeadNode(
            instance_id=node.get("instanceId", ""),
            instance_type=node.get("instanceType", ""),
            launch_time=node.get("launchTime", ""),
            private_ip=node.get("privateIpAddress", ""),
            state=node.get("state", ""),
        ),
        tags={tag["key"]: tag["value"] for tag in described.get("tags", ())},
        failures=(*_failures(status, described, causes),),
    )


def _failures(status: ClusterStatus, described: Described, causes: Sequence[str]) -> list[Failure]:
    """ParallelCluster's own word for a failed creation first, then what the stack's events say."""
    said = [
        Failure(code=item["failureCode"], reason=item["failureReason"])
        for item in described.get("failures", ())
    ]
    code = said[0].code if said else _CODES.get(status, "")
    return [*said, *(Failure(code=code, reason=cause) for cause in causes)] if code else []


_CODES = {
    ClusterStatus.CREATE_FAILED: "ClusterCreationFailure",
    ClusterStatus.UPDATE_FAILED: "ClusterUpdateFailure",
    ClusterStatus.DELETE_FAILED: "ClusterDeletionFailure",
}
