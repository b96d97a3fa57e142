"""Instance types.

ministack 1.5.33 lacks DescribeInstanceTypeOfferings, and its DescribeInstanceTypes accepts any name
and invents the CPUs. Ours answer from AWS's own data (`instance_types.json`, which
`tools/instance_types.py` writes) for the types that we use, and refuse other names.
"""

import json
from functools import cache
from importlib import resources
from typing import Any

from ministack.core.responses import get_region

from embedded_aws.emulator.ec2_filters import choose
from embedded_aws.emulator.ec2_protocol import Arguments, Refusal, serve

FILTERS = {
    "current-generation": "CurrentGeneration",
    "ebs-info.ebs-optimized-support": "EbsInfo.EbsOptimizedSupport",
    "free-tier-eligible": "FreeTierEligible",
    "hypervisor": "Hypervisor",
    "instance-storage-supported": "InstanceStorageSupported",
    "instance-type": "InstanceType",
    "memory-info.size-in-mib": "MemoryInfo.SizeInMiB",
    "network-info.efa-supported": "NetworkInfo.EfaSupported",
    "processor-info.supported-architecture": "ProcessorInfo.SupportedArchitectures",
    "supported-usage-class": "SupportedUsageClasses",
    "vcpu-info.default-cores": "VCpuInfo.DefaultCores",
    "vcpu-info.default-vcpus": "VCpuInfo.DefaultVCpus",
}
OFFERING_FILTERS = {"instance-type": "InstanceType", "location": "Location"}


def install() -> None:
    """Serve both actions."""
    serve("DescribeInstanceTypes", _describe)
    serve("DescribeInstanceTypeOfferings", _describe_offerings)


@cache
def _table() -> dict[str, Any]:
    text = resources.files(__package__).joinpath("instance_types.json").read_text()
    table: dict[str, Any] = json.loads(text)
    return table


def describe_type(name: str) -> dict[str, Any]:
    """Give what AWS says about a type that this region offers, or refuse the name."""
    entry = _table().get(name)
    if entry is None or get_region() not in entry["zones"]:
        raise Refusal(
            "InvalidInstanceType", f"The following supplied instance types do not exist: [{name}]"
        )
    description: dict[str, Any] = entry["description"]
    return description


def check_offered(name: str, zone: str) -> None:
    """Refuse a type that `zone` doesn't offer."""
    offered = _locations(name, "availability-zone")
    if zone not in offered:
        raise Refusal(
            "Unsupported",
            f"Your requested instance type ({name}) is not supported in your requested "
            f"Availability Zone ({zone}). Please retry your request by not specifying an "
            f"Availability Zone or choosing {', '.join(offered)}.",
        )


def _offered() -> list[str]:
    return [name for name, entry in _table().items() if get_region() in entry["zones"]]


def _describe(asked: Arguments) -> Arguments:
    described = [describe_type(name) for name in asked.get("InstanceTypes") or _offered()]
    return {"InstanceTypes": choose(described, asked.get("Filters", []), FILTERS)}


def _describe_offerings(asked: Arguments) -> Arguments:
    kind = asked.get("LocationType", "region")
    offerings = [
        {"InstanceType": name, "LocationType": kind, "Location": location}
        for name in _offered()
        for location in _locations(name, kind)
    ]
    return {"InstanceTypeOfferings": choose(offerings, asked.get("Filters", []), OFFERING_FILTERS)}


def _locations(name: str, kind: str) -> list[str]:
    region = get_region()
    match kind:
        case "region":
            return [region]
        case "availability-zone":
            return [f"{region}{letter}" for letter in _table()[name]["zones"][region]]
        case _:
            raise Refusal(
                "InvalidParameterValue",
                f"LocationType {kind}: here are region and availability-zone",
            )
