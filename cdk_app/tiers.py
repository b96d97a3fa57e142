"""The catalogue of tiers, and where an environment can offer each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict

from hpc_constructs import Capacity, ComputeResource, LustreSize, Queue, Tier


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class InstanceType(_Entry):
    """What EC2 offers under a name.

    Attributes:
        zones: by region, the letters of the availability zones that have it.
    """

    vcpus: int
    cores: int
    memory_gib: float
    architecture: Literal["x86_64", "arm64"]
    efa: bool
    zones: Mapping[str, str]

    def is_in(self, zone: str) -> bool:
        """Whether the availability zone, such as `us-east-1a`, has it."""
        return zone[-1] in self.zones.get(zone[:-1], "")


class _HeadNode(_Entry):
    instance_type: str
    root_volume_gib: int = 100


class _ComputeResource(_Entry):
    name: str
    instance_types: tuple[str, ...]
    min_nodes: int = 0
    max_nodes: int
    efa: bool = False
    smt: bool = True


class _Queue(_Entry):
    name: str
    compute_resources: tuple[_ComputeResource, ...]
    capacity: Capacity = Capacity.ON_DEMAND
    placement_group: bool = False
    exclusive: bool = False
    time_limit_minutes: int
    root_volume_gib: int = 60


class _Lustre(_Entry):
    capacity_gib: int = 1200
    throughput_mb_s_per_tib: int = 125


class TierEntry(_Entry):
    """A tier as `config/tiers.yaml` has it."""

    head_node: _HeadNode
    lustre: _Lustre = _Lustre()
    queues: tuple[_Queue, ...]

    def tier(self, name: str) -> Tier:
        """The tier that the construct takes.

        Raises:
            InvalidTier: ParallelCluster or EC2 would refuse it.
        """
        return Tier(
            name=name,
            head_node_instance_type=self.head_node.instance_type,
            head_node_root_volume_gib=self.head_node.root_volume_gib,
            lustre=LustreSize(**self.lustre.model_dump()),
            queues=tuple(
                Queue(
                    **queue.model_dump(exclude={"compute_resources"}),
                    compute_resources=tuple(
                        ComputeResource(**resource.model_dump())
                        for resource in queue.compute_resources
                    ),
                )
                for queue in self.queues
            ),
        )


@dataclass(frozen=True, kw_only=True)
class OfferedTier:
    """A tier, and the zones of an environment that have all of its instance types.

    Attributes:
        instance_types: the facts of those that it names.
    """

    tier: Tier
    zones: tuple[str, ...]
    instance_types: Mapping[str, InstanceType]


def offer(
    tier: Tier, *, zones: tuple[str, ...], instance_types: Mapping[str, InstanceType]
) -> OfferedTier:
    """Where `tier` can run.

    Raises:
        ValueError: an instance type is unknown, has no EFA where the tier wants it, or no zone
            has all of the tier's.
    """
    names = list(dict.fromkeys(tier.instance_types()))
    unknown = [name for name in names if name not in instance_types]
    if unknown:
        raise ValueError(
            f"tier '{tier.name}' names {unknown}, which config/instance_types.yaml doesn't have:"
            " generate it again with them"
        )
    _check_efa(tier, instance_types)
    having = {name: [zone for zone in zones if instance_types[name].is_in(zone)] for name in names}
    common = tuple(zone for zone in zones if all(zone in found for found in having.values()))
    if not common:
        scarce = {name: found for name, found in having.items() if found != list(zones)}
        raise ValueError(
            f"tier '{tier.name}' can't be offered: none of the zones {list(zones)} has all of its"
            f" instance types; zones with {scarce}. Remove the tier from the environment's tiers,"
            " or add a zone that has them"
        )
    facts = {name: instance_types[name] for name in names}
    return OfferedTier(tier=tier, zones=common, instance_types=facts)


def _check_efa(tier: Tier, instance_types: Mapping[str, InstanceType]) -> None:
    for queue in tier.queues:
        for resource in queue.compute_resources:
            without = [name for name in resource.instance_types if not instance_types[name].efa]
            if resource.efa and without:
                raise ValueError(
                    f"tier '{tier.name}', compute resource '{resource.name}': efa is true, but"
                    f" {without} have no Elastic Fabric Adapter"
                )
