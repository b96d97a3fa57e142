"""DescribeInstances: network interfaces, no empty addresses, and the filters ministack ignores."""

from typing import Any

from ministack.services import ec2

from embedded_aws.emulator.ec2_filters import choose
from embedded_aws.emulator.ec2_protocol import Arguments, complete

FILTERS = {
    "availability-zone": "Placement.AvailabilityZone",
    "iam-instance-profile.arn": "IamInstanceProfile.Arn",
    "image-id": "ImageId",
    "instance-id": "InstanceId",
    "instance-state-code": "State.Code",
    "instance-state-name": "State.Name",
    "instance-type": "InstanceType",
    "instance.group-id": "SecurityGroups.GroupId",
    "key-name": "KeyName",
    "network-interface.network-interface-id": "NetworkInterfaces.NetworkInterfaceId",
    "network-interface.subnet-id": "NetworkInterfaces.SubnetId",
    "private-dns-name": "PrivateDnsName",
    "private-ip-address": "PrivateIpAddress",
    "subnet-id": "SubnetId",
    "vpc-id": "VpcId",
}
SHOWN_IF_ANY = ("KeyName", "PublicDnsName", "PublicIpAddress")
OF_INTERFACE = (
    "Attachment",
    "Description",
    "Groups",
    "InterfaceType",
    "MacAddress",
    "NetworkInterfaceId",
    "OwnerId",
    "PrivateIpAddress",
    "SourceDestCheck",
    "Status",
    "SubnetId",
    "VpcId",
)


def install() -> None:
    """Complete the action."""
    complete("DescribeInstances", _complete)


def _complete(asked: Arguments, answer: Arguments) -> Arguments:
    filters = asked.get("Filters", [])
    reservations = [
        {**reservation, "Instances": chosen}
        for reservation in answer["Reservations"]
        if (chosen := choose(map(_whole, reservation["Instances"]), filters, FILTERS))
    ]
    return {**answer, "Reservations": reservations}


def _whole(instance: dict[str, Any]) -> dict[str, Any]:
    shown = {k: v for k, v in instance.items() if v != "" or k not in SHOWN_IF_ANY}
    interfaces = [
        {name: interface[name] for name in OF_INTERFACE if name in interface}
        for interface in ec2._network_interfaces.values()
        if (interface.get("Attachment") or {}).get("InstanceId") == instance["InstanceId"]
    ]
    return {**shown, "NetworkInterfaces": interfaces}
