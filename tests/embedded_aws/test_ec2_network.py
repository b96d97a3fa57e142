"""What hangs on a VPC is real: described, with its attributes, and gone with its stack."""

import json
from typing import Any

import pytest

from aws_account import Account, refusal, unique
from deployed import Deployed, deploy, described, reason_of_failure, vpc_with_subnet


def resource(kind: str, **properties: object) -> dict[str, Any]:
    return {"Type": f"AWS::EC2::{kind}", "Properties": properties}


def of_vpc(stack: Deployed) -> list[dict[str, Any]]:
    return [{"Name": "vpc-id", "Values": [stack.ids["Vpc"]]}]


def test_the_attributes_of_a_vpc_and_a_subnet(account: Account) -> None:
    stack = deploy(
        account,
        vpc_with_subnet("10.91.0.0/16"),
        block=("Vpc", "CidrBlock"),
        acl=("Vpc", "DefaultNetworkAcl"),
        group=("Vpc", "DefaultSecurityGroup"),
        zone=("Subnet", "AvailabilityZone"),
        zone_id=("Subnet", "AvailabilityZoneId"),
        part=("Subnet", "CidrBlock"),
        association=("Subnet", "NetworkAclAssociationId"),
        vpc=("Subnet", "VpcId"),
    )

    (acl,) = described(
        account, "ec2", "describe_network_acls", NetworkAclIds=[stack.outputs["acl"]]
    )["NetworkAcls"]
    assert stack.outputs["block"] == "10.91.0.0/16"
    assert stack.outputs["part"] == "10.91.1.0/24"
    assert stack.outputs["group"].startswith("sg-")
    assert (stack.outputs["zone"], stack.outputs["zone_id"]) == ("us-east-1b", "use1-az2")
    assert stack.outputs["vpc"] == stack.ids["Vpc"]
    assert [one["NetworkAclAssociationId"] for one in acl["Associations"]] == [
        stack.outputs["association"]
    ]
    stack.delete()


@pytest.mark.parametrize(
    ("block", "code"),
    [("10.99.0.0/24", "InvalidSubnet.Range"), ("10.90.1.128/25", "InvalidSubnet.Conflict")],
)
def test_a_subnet_is_inside_its_vpc_and_over_no_other(
    account: Account, block: str, code: str
) -> None:
    other = {
        **resource("Subnet", VpcId={"Ref": "Vpc"}, CidrBlock=block),
        "DependsOn": "Subnet",
    }

    reason = reason_of_failure(account, {**vpc_with_subnet(), "Other": other}, "Other")

    assert code in reason


def test_peered_vpcs_see_each_other(account: Account) -> None:
    stack = deploy(
        account,
        {
            **vpc_with_subnet(),
            "Theirs": resource("VPC", CidrBlock="10.92.0.0/16"),
            "Peering": resource(
                "VPCPeeringConnection", VpcId={"Ref": "Vpc"}, PeerVpcId={"Ref": "Theirs"}
            ),
        },
        id=("Peering", "Id"),
    )
    ours = [{"Name": "requester-vpc-info.vpc-id", "Values": [stack.ids["Vpc"]]}]

    (peering,) = described(account, "ec2", "describe_vpc_peering_connections", Filters=ours)[
        "VpcPeeringConnections"
    ]

    assert peering["VpcPeeringConnectionId"] == stack.outputs["id"]
    assert peering["Status"]["Code"] == "active"
    assert peering["AccepterVpcInfo"]["CidrBlock"] == "10.92.0.0/16"
    stack.delete()
    told = described(account, "ec2", "describe_vpc_peering_connections", Filters=ours)
    assert [one["Status"]["Code"] for one in told["VpcPeeringConnections"]] == ["deleted"]


def test_a_flow_log_says_where_it_goes(account: Account) -> None:
    stack = deploy(
        account,
        {
            **vpc_with_subnet(),
            "Flow": resource(
                "FlowLog",
                ResourceId={"Ref": "Vpc"},
                ResourceType="VPC",
                TrafficType="REJECT",
                LogDestinationType="s3",
                LogDestination="arn:aws:s3:::flows",
                MaxAggregationInterval=60,
            ),
        },
        id=("Flow", "Id"),
    )
    of_it = [{"Name": "resource-id", "Values": [stack.ids["Vpc"]]}]

    (flow,) = described(account, "ec2", "describe_flow_logs", Filter=of_it)["FlowLogs"]

    assert flow["FlowLogId"] == stack.outputs["id"]
    assert flow["LogDestination"] == "arn:aws:s3:::flows"
    assert (flow["TrafficType"], flow["MaxAggregationInterval"]) == ("REJECT", 60)
    stack.delete()
    assert described(account, "ec2", "describe_flow_logs", Filter=of_it)["FlowLogs"] == []


def test_an_interface_endpoint_has_interfaces_names_and_its_policy(account: Account) -> None:
    policy = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}
    stack = deploy(
        account,
        {
            **vpc_with_subnet(),
            "Endpoint": resource(
                "VPCEndpoint",
                VpcId={"Ref": "Vpc"},
                VpcEndpointType="Interface",
                ServiceName="com.amazonaws.us-east-1.logs",
                SubnetIds=[{"Ref": "Subnet"}],
                SecurityGroupIds=[{"Ref": "Group"}],
                PrivateDnsEnabled=True,
                PolicyDocument=policy,
            ),
        },
        id=("Endpoint", "Id"),
    )

    (endpoint,) = described(account, "ec2", "describe_vpc_endpoints", Filters=of_vpc(stack))[
        "VpcEndpoints"
    ]

    assert endpoint["VpcEndpointId"] == stack.outputs["id"]
    assert json.loads(endpoint["PolicyDocument"]) == policy
    assert [group["GroupId"] for group in endpoint["Groups"]] == [stack.ids["Group"]]
    assert "logs.us-east-1.amazonaws.com" in {name["DnsName"] for name in endpoint["DnsEntries"]}
    (interface,) = described(
        account,
        "ec2",
        "describe_network_interfaces",
        NetworkInterfaceIds=endpoint["NetworkInterfaceIds"],
    )["NetworkInterfaces"]
    assert interface["PrivateIpAddress"].startswith("10.90.1.")
    stack.delete()
    for action, key in (
        ("describe_vpc_endpoints", "VpcEndpoints"),
        ("describe_network_interfaces", "NetworkInterfaces"),
    ):
        assert described(account, "ec2", action, Filters=of_vpc(stack))[key] == []


def test_a_gateway_endpoint_has_its_policy(account: Account) -> None:
    stack = deploy(
        account,
        {
            **vpc_with_subnet(),
            "Endpoint": resource(
                "VPCEndpoint",
                VpcId={"Ref": "Vpc"},
                ServiceName="com.amazonaws.us-east-1.s3",
                PolicyDocument={"Statement": []},
            ),
        },
    )

    (endpoint,) = described(account, "ec2", "describe_vpc_endpoints", Filters=of_vpc(stack))[
        "VpcEndpoints"
    ]

    assert endpoint["VpcEndpointType"] == "Gateway"
    assert json.loads(endpoint["PolicyDocument"]) == {"Statement": []}
    stack.delete()


def test_a_network_interface_is_in_its_subnet(account: Account) -> None:
    stack = deploy(
        account,
        {
            **vpc_with_subnet(),
            "One": resource(
                "NetworkInterface", SubnetId={"Ref": "Subnet"}, GroupSet=[{"Ref": "Group"}]
            ),
            "Chosen": resource(
                "NetworkInterface", SubnetId={"Ref": "Subnet"}, PrivateIpAddress="10.90.1.77"
            ),
        },
        one=("One", "PrimaryPrivateIpAddress"),
        chosen=("Chosen", "PrimaryPrivateIpAddress"),
        vpc=("One", "VpcId"),
    )
    of_group = [{"Name": "group-id", "Values": [stack.ids["Group"]]}]

    (one,) = described(account, "ec2", "describe_network_interfaces", Filters=of_group)[
        "NetworkInterfaces"
    ]

    assert one["NetworkInterfaceId"] == stack.ids["One"]
    assert one["PrivateIpAddress"] == stack.outputs["one"] != stack.outputs["chosen"]
    assert stack.outputs["chosen"] == "10.90.1.77"
    assert stack.outputs["vpc"] == stack.ids["Vpc"]
    stack.delete()
    left = described(account, "ec2", "describe_network_interfaces", Filters=of_vpc(stack))
    assert left["NetworkInterfaces"] == []


@pytest.mark.parametrize("address", ["10.90.1.1", "10.90.2.7"])
def test_an_address_outside_or_kept_by_aws_is_refused(account: Account, address: str) -> None:
    interface = resource("NetworkInterface", SubnetId={"Ref": "Subnet"}, PrivateIpAddress=address)

    reason = reason_of_failure(account, {**vpc_with_subnet(), "One": interface}, "One")

    assert "does not fall within the subnet" in reason


def test_a_placement_group_is_made_and_removed(account: Account) -> None:
    stack = deploy(
        account,
        {"Group": resource("PlacementGroup", Strategy="cluster")},
        name=("Group", "GroupName"),
    )
    names = {"GroupNames": [stack.outputs["name"]]}

    (group,) = described(account, "ec2", "describe_placement_groups", **names)["PlacementGroups"]

    assert group["Strategy"] == "cluster"
    stack.delete()
    after = described(account, "ec2", "describe_placement_groups", **names)
    assert after == {"Error": "InvalidPlacementGroup.Unknown"}


def test_a_required_property_is_missed(account: Account) -> None:
    reason = reason_of_failure(
        account, {"Entry": resource("NetworkAclEntry", Protocol=-1, RuleAction="allow")}, "Entry"
    )

    assert "required key [NetworkAclId] not found" in reason


def test_an_unknown_filter_is_refused(account: Account) -> None:
    error = refusal(
        account.client("ec2").describe_network_acls,
        Filters=[{"Name": unique("filter"), "Values": ["x"]}],
    )

    assert error is not None
    assert error.response["Error"]["Code"] == "InvalidParameterValue"
