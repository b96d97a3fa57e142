"""Write our tables of EC2 instance types from the copy of AWS's own answers that moto ships.

`python tools/instance_types.py`, in the development environment, which has moto and PyYAML. Writes
what the emulator answers with (`embedded_aws/emulator/ec2_instance_types/instance_types.json`) and
what synthesis checks tiers against (`config/instance_types.yaml`).
"""

import gzip
import json
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
INSTANCE_TYPES = [
    "t3.micro",
    "t3.small",
    "t3.medium",
    "t3.large",
    "t3.xlarge",
    "m5.large",
    "m5.xlarge",
    "m7i.xlarge",
    "m7i.2xlarge",
    "m7i.24xlarge",
    "m7i.48xlarge",
    "m7a.xlarge",
    "m7a.2xlarge",
    "m7a.24xlarge",
    "m7a.48xlarge",
    "c7a.2xlarge",
    "c7a.24xlarge",
    "c7a.48xlarge",
    "c6a.48xlarge",
    "c7i.24xlarge",
    "c7i.48xlarge",
    "r7a.2xlarge",
    "r7i.48xlarge",
    "r7a.48xlarge",
    "hpc7a.96xlarge",
    "hpc7a.48xlarge",
    "hpc6a.48xlarge",
    "c5n.18xlarge",
]
REGIONS = ("eu-north-1", "eu-west-1", "us-east-1", "us-east-2")
HEADER = """\
# EC2 instance types that tiers may name: physical facts and where they are offered.
# Written by `python tools/instance_types.py`; don't edit.
# zones: the letters of a region's availability zones ("b" of us-east-2 is us-east-2b).
"""


def main() -> None:
    """Write both tables."""
    described = _read("instance_types.json.gz")
    table = {
        name: {"description": described[name], "zones": _zones(name)}
        for name in sorted(INSTANCE_TYPES)
    }
    lines = [f"{json.dumps(name)}: {json.dumps(entry)}" for name, entry in table.items()]
    (ROOT / "embedded_aws/emulator/ec2_instance_types/instance_types.json").write_text(
        "{\n" + ",\n".join(lines) + "\n}\n"
    )
    facts = {name: _facts(entry["description"], entry["zones"]) for name, entry in table.items()}
    entries = [
        f"{name}: {yaml.safe_dump(entry, default_flow_style=True, sort_keys=False, width=1000)}"
        for name, entry in facts.items()
    ]
    (ROOT / "config/instance_types.yaml").write_text(HEADER + "".join(entries))


def _facts(description: dict[str, Any], zones: dict[str, str]) -> dict[str, Any]:
    memory_mib = description["MemoryInfo"]["SizeInMiB"]
    return {
        "vcpus": description["VCpuInfo"]["DefaultVCpus"],
        "cores": description["VCpuInfo"]["DefaultCores"],
        "memory_gib": memory_mib // 1024 if memory_mib % 1024 == 0 else memory_mib / 1024,
        "architecture": description["ProcessorInfo"]["SupportedArchitectures"][-1],
        "efa": description["NetworkInfo"]["EfaSupported"],
        "zones": zones,
    }


def _zones(instance_type: str) -> dict[str, str]:
    letters = {
        region: "".join(
            sorted(
                offer["Location"].removeprefix(region)
                for offer in _read(f"instance_type_offerings/availability-zone/{region}.json.gz")
                if offer["InstanceType"] == instance_type
            )
        )
        for region in REGIONS
    }
    return {region: zones for region, zones in letters.items() if zones}


def _read(name: str) -> Any:
    packed = resources.files("moto.ec2").joinpath("resources", name).read_bytes()
    return json.loads(gzip.decompress(packed))


if __name__ == "__main__":
    main()
