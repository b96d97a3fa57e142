"""What callers are told of the tiers: the answer to GET /hpc-provisioner/tiers."""

import json
from collections.abc import Mapping

from cdk_app.configuration_files import Configuration
from cdk_app.tiers import InstanceType, OfferedTier
from hpc_constructs import ComputeResource, Queue


def tiers_document(configuration: Configuration) -> str:
    """The answer as JSON; the same settings give the same text."""
    settings = configuration.settings
    answer = {
        "defaultTier": settings.default_tier,
        "tiers": [
            {
                "name": offered.tier.name,
                "isDefault": offered.tier.name == settings.default_tier,
                **_shape(offered, settings.usd_per_node_hour),
            }
            for offered in configuration.tiers
        ],
    }
    return json.dumps(answer, separators=(",", ":"))


def _shape(offered: OfferedTier, prices: Mapping[str, float]) -> dict[str, object]:
    tier, types = offered.tier, offered.instance_types
    resources = [resource for queue in tier.queues for resource in queue.compute_resources]
    return {
        "zones": list(offered.zones),
        "headNode": _node(tier.head_node_instance_type, types, prices, smt=True),
        "queues": [_queue(queue, types, prices) for queue in tier.queues],
        "lustre": {
            "capacityGib": tier.lustre.capacity_gib,
            "throughputMbPerSecondPerTib": tier.lustre.throughput_mb_s_per_tib,
        },
        "maxNodes": sum(resource.max_nodes for resource in resources),
        "maxCores": sum(_max_cores(resource, types) for resource in resources),
    }


def _queue(
    queue: Queue, types: Mapping[str, InstanceType], prices: Mapping[str, float]
) -> dict[str, object]:
    return {
        "name": queue.name,
        "capacityType": str(queue.capacity),
        "timeLimitMinutes": queue.time_limit_minutes,
        "exclusive": queue.exclusive,
        "computeResources": [
            {
                "name": resource.name,
                "minNodes": resource.min_nodes,
                "maxNodes": resource.max_nodes,
                "efa": resource.efa,
                "smt": resource.smt,
                "nodes": [
                    _node(name, types, prices, smt=resource.smt) for name in resource.instance_types
                ],
            }
            for resource in queue.compute_resources
        ],
    }


def _node(
    name: str, types: Mapping[str, InstanceType], prices: Mapping[str, float], *, smt: bool
) -> dict[str, object]:
    facts = types[name]
    return {
        "instanceType": name,
        "cores": facts.cores,
        "cpus": facts.vcpus if smt else facts.cores,
        "memoryGib": facts.memory_gib,
        "usdPerNodeHour": prices.get(name),
    }


def _max_cores(resource: ComputeResource, types: Mapping[str, InstanceType]) -> int:
    return resource.max_nodes * max(types[name].cores for name in resource.instance_types)
