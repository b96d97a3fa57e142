"""Instances are launched as AWS launches them, and leave nothing."""

import base64
from typing import Any

import pytest

from aws_account import Account, refusal, trust, unique
from deployed import Deployed, deploy, described, reason_of_failure, vpc_with_subnet

IMAGE = "aws-parallelcluster-3.16.1-amzn2023-hvm-x86_64*"


def image(account: Account, name: str = IMAGE) -> dict[str, Any]:
    filters = [{"Name": "name", "Values": [name]}, {"Name": "state", "Values": ["available"]}]
    answer = described(
        account,
        "ec2",
        "describe_images",
        Owners=["amazon"],
        Filters=filters,
        IncludeDeprecated=True,
    )
    (found,) = answer["Images"]
    return dict(found)


def template(account: Account, key_name: str) -> dict[str, Any]:
    """An instance as ParallelCluster makes its head node: launch template, interface, profile."""
    data = {
        "ImageId": image(account)["ImageId"],
        "InstanceType": "t3.medium",
        "KeyName": key_name,
        "UserData": {"Fn::Base64": "#!/bin/sh"},
        "IamInstanceProfile": {"Name": {"Ref": "Profile"}},
        "NetworkInterfaces": [{"DeviceIndex": 0, "NetworkInterfaceId": {"Ref": "Interface"}}],
        "BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 60}}],
    }
    profile = {"Roles": [{"Ref": "Role"}]}
    role = {"AssumeRolePolicyDocument": trust("ec2.amazonaws.com")}
    launch = {
        "LaunchTemplateId": {"Ref": "Template"},
        "Version": {"Fn::GetAtt": ["Template", "LatestVersionNumber"]},
    }
    interface = {"SubnetId": {"Ref": "Subnet"}, "GroupSet": [{"Ref": "Group"}]}
    instance = {
        "LaunchTemplate": launch,
        "PropagateTagsToVolumeOnCreation": True,
        "Tags": [{"Key": "colour", "Value": "blue"}],
    }
    return {
        **vpc_with_subnet("10.93.0.0/16"),
        "Role": {"Type": "AWS::IAM::Role", "Properties": role},
        "Profile": {"Type": "AWS::IAM::InstanceProfile", "Properties": profile},
        "Interface": {"Type": "AWS::EC2::NetworkInterface", "Properties": interface},
        "Template": {
            "Type": "AWS::EC2::LaunchTemplate",
            "Properties": {"LaunchTemplateData": data},
        },
        "Node": {"Type": "AWS::EC2::Instance", "Properties": instance},
    }


@pytest.fixture
def node(account: Account) -> Deployed:
    key_name = unique("key")
    account.client("ec2").create_key_pair(KeyName=key_name, KeyType="ed25519")
    return deploy(
        account,
        template(account, key_name),
        id=("Node", "InstanceId"),
        ip=("Node", "PrivateIp"),
        name=("Node", "PrivateDnsName"),
        zone=("Node", "AvailabilityZone"),
        state=("Node", "State.Name"),
        vpc=("Node", "VpcId"),
        interface=("Interface", "PrimaryPrivateIpAddress"),
        profile="Profile",
    )


def instances(account: Account, instance_id: str) -> list[dict[str, Any]]:
    answer = described(account, "ec2", "describe_instances", InstanceIds=[instance_id])
    return [one for held in answer["Reservations"] for one in held["Instances"]]


def test_an_instance_has_what_its_launch_template_says(account: Account, node: Deployed) -> None:
    (told,) = instances(account, node.outputs["id"])

    assert told["State"]["Name"] == node.outputs["state"] == "running"
    assert told["PrivateIpAddress"] == node.outputs["ip"] == node.outputs["interface"]
    assert told["PrivateIpAddress"].startswith("10.93.1.")
    assert told["PrivateDnsName"] == node.outputs["name"]
    assert told["Placement"]["AvailabilityZone"] == node.outputs["zone"] == "us-east-1b"
    assert told["VpcId"] == node.outputs["vpc"] == node.ids["Vpc"]
    assert told["InstanceType"] == "t3.medium"
    assert told["KeyName"].startswith("key-")
    assert told["IamInstanceProfile"]["Arn"].endswith("/" + node.outputs["profile"])
    assert {"Key": "colour", "Value": "blue"} in told["Tags"]
    assert "PublicIpAddress" not in told
    (interface,) = told["NetworkInterfaces"]
    assert interface["NetworkInterfaceId"] == node.ids["Interface"]
    assert interface["Attachment"]["Status"] == "attached"
    node.delete()


def test_its_volume_is_sized_and_tagged(account: Account, node: Deployed) -> None:
    of_it = [{"Name": "attachment.instance-id", "Values": [node.outputs["id"]]}]

    (volume,) = described(account, "ec2", "describe_volumes", Filters=of_it)["Volumes"]

    assert (volume["Size"], volume["AvailabilityZone"]) == (60, "us-east-1b")
    assert {"Key": "colour", "Value": "blue"} in volume["Tags"]
    node.delete()


def test_a_terminated_instance_leaves_nothing(account: Account, node: Deployed) -> None:
    instance_id = node.outputs["id"]

    node.delete()

    assert [one["State"]["Name"] for one in instances(account, instance_id)] == ["terminated"]
    running = [{"Name": "instance-state-name", "Values": ["pending", "running"]}]
    in_vpc = [{"Name": "vpc-id", "Values": [node.ids["Vpc"]]}]
    left = described(account, "ec2", "describe_instances", Filters=[*running, *in_vpc])
    assert left["Reservations"] == []
    interfaces = described(account, "ec2", "describe_network_interfaces", Filters=in_vpc)
    assert interfaces["NetworkInterfaces"] == []
    of_it = [{"Name": "attachment.instance-id", "Values": [instance_id]}]
    assert described(account, "ec2", "describe_volumes", Filters=of_it)["Volumes"] == []


def test_an_interface_made_for_an_instance_goes_with_it(account: Account) -> None:
    stack = deploy(
        account,
        {
            **vpc_with_subnet("10.93.0.0/16"),
            "Node": {
                "Type": "AWS::EC2::Instance",
                "Properties": {
                    "ImageId": image(account)["ImageId"],
                    "InstanceType": "t3.micro",
                    "SubnetId": {"Ref": "Subnet"},
                    "SecurityGroupIds": [{"Ref": "Group"}],
                },
            },
        },
    )
    of_it = [{"Name": "attachment.instance-id", "Values": [stack.ids["Node"]]}]
    before = described(account, "ec2", "describe_network_interfaces", Filters=of_it)

    account.client("ec2").terminate_instances(InstanceIds=[stack.ids["Node"]])

    after = described(account, "ec2", "describe_network_interfaces", Filters=of_it)
    assert [one["Groups"][0]["GroupId"] for one in before["NetworkInterfaces"]] == [
        stack.ids["Group"]
    ]
    assert after["NetworkInterfaces"] == []
    stack.delete()


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"ImageId": "ami-0123456789abcdef1"}, "InvalidAMIID.NotFound"),
        ({"InstanceType": "m99.huge"}, "InvalidInstanceType"),
        ({"KeyName": "nobodys"}, "InvalidKeyPair.NotFound"),
        ({"IamInstanceProfile": "nobodys"}, "Invalid IAM Instance Profile"),
        ({"SubnetId": "subnet-0123456789abcdef0"}, "InvalidSubnetID.NotFound"),
    ],
)
def test_what_aws_refuses_is_refused(
    account: Account, changed: dict[str, str], reason: str
) -> None:
    properties = {"ImageId": image(account)["ImageId"], "InstanceType": "t3.micro", **changed}
    instance = {"Type": "AWS::EC2::Instance", "Properties": properties}

    assert reason in reason_of_failure(account, {"Node": instance}, "Node")


@pytest.mark.parametrize("architecture", ["x86_64", "arm64"])
def test_parallelclusters_official_images_are_there(account: Account, architecture: str) -> None:
    found = image(account, f"aws-parallelcluster-3.16.1-amzn2023-hvm-{architecture}*")

    assert found["Architecture"] == architecture
    assert found["BlockDeviceMappings"][0]["DeviceName"] == found["RootDeviceName"]
    assert found["CreationDate"]
    assert {"Key": "parallelcluster:version", "Value": "3.16.1"} in found["Tags"]
    (by_id,) = described(account, "ec2", "describe_images", ImageIds=[found["ImageId"]])["Images"]
    assert by_id["Name"] == found["Name"]


def test_an_image_that_is_not_there_is_refused(account: Account) -> None:
    error = refusal(account.client("ec2").describe_images, ImageIds=["ami-0123456789abcdef1"])

    assert error is not None
    assert error.response["Error"]["Code"] == "InvalidAMIID.NotFound"


def test_the_console_of_an_instance_that_says_nothing_is_empty(
    account: Account, node: Deployed
) -> None:
    answer = account.client("ec2").get_console_output(InstanceId=node.outputs["id"])

    assert base64.b64encode(answer["Output"].encode()) == b""
    node.delete()
