"""Instance types are AWS's, region by region; other names are refused."""

import json
from pathlib import Path

import pytest
import yaml

from aws_account import Account, refusal

ROOT = Path(__file__).resolve().parents[2]


def test_a_type_is_described_with_what_aws_says_of_it(account: Account) -> None:
    answer = account.client("ec2").describe_instance_types(InstanceTypes=["c5n.18xlarge"])

    (described,) = answer["InstanceTypes"]
    assert described["VCpuInfo"]["DefaultVCpus"] == 72
    assert described["VCpuInfo"]["DefaultCores"] == 36
    assert described["VCpuInfo"]["ValidThreadsPerCore"] == [1, 2]
    assert described["MemoryInfo"]["SizeInMiB"] == 192 * 1024
    assert described["NetworkInfo"]["EfaSupported"] is True
    assert described["NetworkInfo"]["EfaInfo"] == {"MaximumEfaInterfaces": 1}
    assert [card["NetworkCardIndex"] for card in described["NetworkInfo"]["NetworkCards"]] == [0]
    assert described["SupportedUsageClasses"] == ["on-demand", "spot"]
    assert described["Hypervisor"] == "nitro"


@pytest.mark.parametrize("name", ["m99.huge", "hpc7a.96xlarge"])
def test_a_type_that_the_region_does_not_have_is_refused(account: Account, name: str) -> None:
    error = refusal(account.client("ec2").describe_instance_types, InstanceTypes=[name])

    assert error is not None
    assert error.response["Error"]["Code"] == "InvalidInstanceType"
    assert name in error.response["Error"]["Message"]


def test_types_are_filtered(account: Account) -> None:
    answer = account.client("ec2").describe_instance_types(
        Filters=[
            {"Name": "network-info.efa-supported", "Values": ["true"]},
            {"Name": "instance-type", "Values": ["c*"]},
        ]
    )

    names = {described["InstanceType"] for described in answer["InstanceTypes"]}
    assert names == {"c5n.18xlarge", "c6a.48xlarge", "c7a.48xlarge", "c7i.48xlarge"}


def test_offerings_name_the_zones_of_a_type(account: Account) -> None:
    answer = account.client("ec2").describe_instance_type_offerings(
        LocationType="availability-zone",
        Filters=[{"Name": "instance-type", "Values": ["t3.micro"]}],
    )

    zones = {offering["Location"] for offering in answer["InstanceTypeOfferings"]}
    assert zones == {f"us-east-1{letter}" for letter in "abcdf"}


def test_offerings_of_the_region_leave_out_what_it_lacks(account: Account) -> None:
    answer = account.client("ec2").describe_instance_type_offerings()

    names = {offering["InstanceType"] for offering in answer["InstanceTypeOfferings"]}
    assert "m7a.48xlarge" in names
    assert not any(name.startswith("hpc") for name in names)


def test_synthesis_has_the_same_facts(account: Account) -> None:
    facts = yaml.safe_load((ROOT / "config" / "instance_types.yaml").read_text())
    table = json.loads(
        (ROOT / "embedded_aws/emulator/ec2_instance_types/instance_types.json").read_text()
    )

    described = account.client("ec2").describe_instance_types()["InstanceTypes"]

    assert facts.keys() == table.keys()
    for one in described:
        fact = facts[one["InstanceType"]]
        assert fact["vcpus"] == one["VCpuInfo"]["DefaultVCpus"]
        assert fact["cores"] == one["VCpuInfo"]["DefaultCores"]
        assert fact["memory_gib"] * 1024 == one["MemoryInfo"]["SizeInMiB"]
        assert fact["efa"] == one["NetworkInfo"]["EfaSupported"]
        assert "us-east-1" in fact["zones"]
