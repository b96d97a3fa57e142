"""Prefix lists, and the addresses that NAT gateways have."""

from typing import Any

import pytest

from aws_account import Account
from deployed import deploy, described, vpc_with_subnet


def resource(kind: str, **properties: object) -> dict[str, Any]:
    return {"Type": f"AWS::EC2::{kind}", "Properties": properties}


def test_a_prefix_list_keeps_to_its_template(account: Account) -> None:
    def prefix_list(*blocks: str) -> dict[str, Any]:
        return {
            "List": resource(
                "PrefixList",
                PrefixListName="ours",
                AddressFamily="IPv4",
                MaxEntries=5,
                Entries=[{"Cidr": block} for block in blocks],
            )
        }

    stack = deploy(account, prefix_list("10.1.0.0/16", "10.2.0.0/16"), arn=("List", "Arn"))
    stack.update(prefix_list("10.2.0.0/16", "10.3.0.0/16"))

    list_id = stack.ids["List"]
    entries = described(account, "ec2", "get_managed_prefix_list_entries", PrefixListId=list_id)[
        "Entries"
    ]
    assert {entry["Cidr"] for entry in entries} == {"10.2.0.0/16", "10.3.0.0/16"}
    assert stack.outputs["arn"].endswith(f":prefix-list/{list_id}")
    stack.delete()
    left = described(account, "ec2", "describe_managed_prefix_lists", PrefixListIds=[list_id])
    assert left["PrefixLists"] == []


@pytest.mark.parametrize("service", ["s3", "dynamodb"])
def test_the_prefix_lists_of_gateway_endpoints_are_there(account: Account, service: str) -> None:
    name = {"Name": "prefix-list-name", "Values": [f"com.amazonaws.us-east-1.{service}"]}

    told = described(account, "ec2", "describe_managed_prefix_lists", Filters=[name])

    assert [one["OwnerId"] for one in told["PrefixLists"]] == ["AWS"]


def test_an_address_and_a_nat_gateway_of_it(account: Account) -> None:
    stack = deploy(
        account,
        {
            **vpc_with_subnet(),
            "Address": resource("EIP", Domain="vpc"),
            "Nat": resource(
                "NatGateway",
                SubnetId={"Ref": "Subnet"},
                AllocationId={"Fn::GetAtt": ["Address", "AllocationId"]},
            ),
        },
        ip=("Address", "PublicIp"),
        nat=("Nat", "NatGatewayId"),
    )
    ips = {"PublicIps": [stack.outputs["ip"]]}

    told = described(account, "ec2", "describe_nat_gateways", NatGatewayIds=[stack.outputs["nat"]])

    assert [one["SubnetId"] for one in told["NatGateways"]] == [stack.ids["Subnet"]]
    assert len(described(account, "ec2", "describe_addresses", **ips)["Addresses"]) == 1
    stack.delete()
    assert described(account, "ec2", "describe_addresses", **ips).get("Addresses", []) == []
