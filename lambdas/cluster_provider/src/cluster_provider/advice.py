"""What an operator does next, by the code of a failure."""

from collections.abc import Sequence
from dataclasses import replace

from cluster_provider.model import Failure

_NODE_LOGS = "See the head node's streams in the log group /aws/parallelcluster/{name}-<time>"

NEXT_STEP = {
    "AmiVersionMismatch": "Use an image of the ParallelCluster version that the provider has.",
    "InvalidAmi": "Use an official image, or one made by pcluster build-image.",
    "OnNodeStartExecutionFailure": f"{_NODE_LOGS}, cfn-init.",
    "OnNodeStartDownloadFailure": "See that the script is in its bucket and the node may read it.",
    "OnNodeStartFailure": f"{_NODE_LOGS}, cfn-init.",
    "OnNodeConfiguredExecutionFailure": f"{_NODE_LOGS}, cfn-init.",
    "OnNodeConfiguredDownloadFailure": (
        "See that the script is in its bucket and the node may read it."
    ),
    "OnNodeConfiguredFailure": f"{_NODE_LOGS}, cfn-init.",
    "EbsMountFailure": f"{_NODE_LOGS}, chef-client.",
    "EfsMountFailure": "See the file system's mount target in the head node's zone and port 2049.",
    "FsxMountFailure": "See that ports 988 and 1018-1023 are open between nodes and file system.",
    "RaidMountFailure": f"{_NODE_LOGS}, chef-client.",
    "HeadNodeBootstrapFailure": (
        f"{_NODE_LOGS}, chef-client; if there are none, the node could not reach AWS's endpoints."
    ),
    "StaticNodeBootstrapFailure": f"{_NODE_LOGS}, clustermgtd.",
    "ClusterDeletionFailure": "Remove what holds the resource, then delete again.",
}


def with_advice(name: str, failures: Sequence[Failure]) -> tuple[Failure, ...]:
    """The failures, the first with the next step for its code, where one is known."""
    first, *others = failures
    step = NEXT_STEP.get(first.code)
    if step is None:
        return tuple(failures)
    return (replace(first, reason=f"{first.reason} {step.format(name=name)}"), *others)
