"""The AWS region, as ParallelCluster tells every node, in lines `cfn_…=…`."""

from __future__ import annotations

from pathlib import Path

from .failure import NodeFailure

_CLUSTER = Path("/etc/parallelcluster/cfnconfig")


def own_region() -> str:
    """The region's name.

    Raises:
        NodeFailure: ParallelCluster's file doesn't have it.
    """
    lines = _CLUSTER.read_text().splitlines() if _CLUSTER.exists() else []
    for line in lines:
        name, _, value = line.partition("=")
        if name.strip() == "cfn_region" and value:
            return value.strip("\"'")
    raise NodeFailure(f"{_CLUSTER} names no cfn_region; ParallelCluster writes it before")
