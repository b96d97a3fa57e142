"""A tier: the shape of a cluster (head node, queues, Lustre), without whose cluster it is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from aws_cdk import Token

from hpc_constructs.errors import InvalidTier

_NAME = re.compile(r"^[a-z][a-z0-9-]{0,24}$")

LUSTRE_THROUGHPUTS = (125, 250, 500, 1000)
"""Of a PERSISTENT_2 file system with SSDs: MB/s for each TiB (CreateFileSystem)."""


class Capacity(StrEnum):
    """How instances are bought."""

    ON_DEMAND = "on-demand"
    SPOT = "spot"


@dataclass(frozen=True, kw_only=True)
class ComputeResource:
    """One kind of nodes in a queue: a Slurm node set.

    Attributes:
        name: at most 25 lowercase letters, digits and hyphens, a letter first.
        instance_types: EC2 instance types; with several, EC2 chooses, and none may have EFA.
        min_nodes: nodes that are always up.
        max_nodes: nodes at most.
        efa: attach an Elastic Fabric Adapter.
        smt: simultaneous multithreading; without it Slurm sees one CPU a core.
    """

    name: str
    instance_types: tuple[str, ...]
    min_nodes: int = 0
    max_nodes: int
    efa: bool = False
    smt: bool = True

    def __post_init__(self) -> None:
        if not _NAME.match(self.name):
            raise InvalidTier(
                f"compute resource '{self.name}'", "a name like 'c7a48xl' (25 at most)"
            )
        if not self.instance_types:
            raise InvalidTier(f"compute resource '{self.name}'", "at least one instance type")
        if not 0 <= self.min_nodes <= self.max_nodes or self.max_nodes == 0:
            raise InvalidTier(
                f"compute resource '{self.name}': {self.min_nodes} to {self.max_nodes} nodes",
                "0 <= min_nodes <= max_nodes, and at least 1 node at most",
            )


@dataclass(frozen=True, kw_only=True)
class Queue:
    """A Slurm partition.

    Attributes:
        name: as a compute resource's; the first queue of a tier is the default partition.
        compute_resources: its nodes.
        capacity: on demand or spot.
        placement_group: keep the nodes of a compute resource close together.
        exclusive: a node runs one job at a time.
        time_limit_minutes: the longest a job may run (Slurm's MaxTime).
        root_volume_gib: size of a node's root volume.
    """

    name: str
    compute_resources: tuple[ComputeResource, ...]
    capacity: Capacity = Capacity.ON_DEMAND
    placement_group: bool = False
    exclusive: bool = False
    time_limit_minutes: int
    root_volume_gib: int = 60

    def __post_init__(self) -> None:
        if not _NAME.match(self.name) or self.name == "default":
            raise InvalidTier(f"queue '{self.name}'", "a name like 'prod-mpi' (25 at most)")
        if not self.compute_resources:
            raise InvalidTier(f"queue '{self.name}'", "at least one compute resource")
        if self.time_limit_minutes < 1:
            raise InvalidTier(f"queue '{self.name}': {self.time_limit_minutes} min", "at least 1")


@dataclass(frozen=True, kw_only=True)
class LustreSize:
    """Size and speed of a PERSISTENT_2 file system; tokens are for the template to check.

    Attributes:
        capacity_gib: 1200, or a multiple of 2400.
        throughput_mb_s_per_tib: 125, 250, 500 or 1000.

    Source: FSx for Lustre API reference, CreateFileSystemLustreConfiguration.
    """

    capacity_gib: int = 1200
    throughput_mb_s_per_tib: int = 125

    def __post_init__(self) -> None:
        capacity, throughput = self.capacity_gib, self.throughput_mb_s_per_tib
        if not Token.is_unresolved(capacity) and not _is_capacity(capacity):
            raise InvalidTier(f"{capacity} GiB of Lustre", "1200 or a multiple of 2400")
        if not Token.is_unresolved(throughput) and throughput not in LUSTRE_THROUGHPUTS:
            raise InvalidTier(f"{throughput} MB/s per TiB of Lustre", "125, 250, 500 or 1000")


def _is_capacity(gib: int) -> bool:
    return gib == 1200 or (gib > 0 and gib % 2400 == 0)  # noqa: PLR2004 - FSx's own numbers


@dataclass(frozen=True, kw_only=True)
class Tier:
    """The shape of a cluster, by name.

    Attributes:
        name: as callers of the API say it.
        head_node_instance_type: EC2 instance type; it runs slurmctld and slurmdbd.
        head_node_root_volume_gib: size of its root volume.
        queues: Slurm's partitions; the first is the default.
        lustre: the size of the file system of a cluster that has one.
    """

    name: str
    head_node_instance_type: str
    head_node_root_volume_gib: int = 100
    queues: tuple[Queue, ...]
    lustre: LustreSize = LustreSize()

    def __post_init__(self) -> None:
        if not self.queues:
            raise InvalidTier(f"tier '{self.name}'", "at least one queue")
        names = [queue.name for queue in self.queues]
        if len(set(names)) < len(names):
            raise InvalidTier(f"tier '{self.name}' with queues {names}", "each name once")

    def instance_types(self) -> Iterator[str]:
        """Every EC2 instance type that this tier starts, the head node's first."""
        yield self.head_node_instance_type
        for queue in self.queues:
            for resource in queue.compute_resources:
                yield from resource.instance_types
