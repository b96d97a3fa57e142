"""AWS::EC2::NetworkInterface."""

from typing import Any

from ministack.services import ec2

from embedded_aws.emulator.cloudformation_types import Attributes, Properties, register
from embedded_aws.emulator.ec2_network.network_interfaces import (
    groups_of,
    interface_record,
    make_interface,
)
from embedded_aws.emulator.ec2_protocol import call
from embedded_aws.emulator.ec2_tags import set_tags


def install() -> None:
    """Register the type."""
    register(
        "AWS::EC2::NetworkInterface",
        create=_create_type,
        update=_update_type,
        delete=_delete_type,
        required=("SubnetId",),
        updatable=("Description", "GroupSet"),
        tagged=True,
    )


def _create_type(properties: Properties) -> tuple[str, Attributes]:
    interface = make_interface(
        properties["SubnetId"],
        description=properties.get("Description", ""),
        groups=properties.get("GroupSet"),
        address=properties.get("PrivateIpAddress"),
    )
    set_tags(interface["NetworkInterfaceId"], properties)
    return interface["NetworkInterfaceId"], _attributes(interface)


def _attributes(interface: dict[str, Any]) -> Attributes:
    return {
        "Id": interface["NetworkInterfaceId"],
        "PrimaryIpv6Address": "",
        "PrimaryPrivateIpAddress": interface["PrivateIpAddress"],
        "SecondaryPrivateIpAddresses": [],
        "VpcId": interface["VpcId"],
    }


def _update_type(interface_id: str, old: Properties, new: Properties) -> Attributes:
    interface = interface_record(interface_id)
    if new.get("GroupSet"):
        interface["Groups"] = groups_of(new["GroupSet"])
    interface["Description"] = new.get("Description", "")
    set_tags(interface_id, new, old)
    return _attributes(interface)


def _delete_type(interface_id: str, _: Properties) -> None:
    if interface_id in ec2._network_interfaces:
        call("DeleteNetworkInterface", NetworkInterfaceId=interface_id)
