"""Network interfaces: the actions with filters, and addresses inside the subnet."""

import secrets
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import ec2

from embedded_aws.emulator.ec2_filters import choose
from embedded_aws.emulator.ec2_network.addresses import check_address, free_address, subnet
from embedded_aws.emulator.ec2_protocol import Arguments, Refusal, serve
from embedded_aws.emulator.ec2_tags import forget_tags, set_tags, tags_of

FILTERS = {
    "addresses.private-ip-address": "PrivateIpAddress",
    "attachment.attachment-id": "Attachment.AttachmentId",
    "attachment.instance-id": "Attachment.InstanceId",
    "attachment.status": "Attachment.Status",
    "availability-zone": "AvailabilityZone",
    "description": "Description",
    "group-id": "Groups.GroupId",
    "group-name": "Groups.GroupName",
    "interface-type": "InterfaceType",
    "network-interface-id": "NetworkInterfaceId",
    "owner-id": "OwnerId",
    "private-ip-address": "PrivateIpAddress",
    "requester-id": "RequesterId",
    "status": "Status",
    "subnet-id": "SubnetId",
    "vpc-id": "VpcId",
}


def install() -> None:
    """Serve the actions."""
    serve("CreateNetworkInterface", _create)
    serve("DescribeNetworkInterfaces", _describe)
    serve("DeleteNetworkInterface", _delete)
    serve("ModifyNetworkInterfaceAttribute", _modify)


def make_interface(
    subnet_id: str,
    *,
    description: str = "",
    groups: list[str] | None = None,
    address: str | None = None,
    kind: str = "interface",
    requester: str | None = None,
) -> dict[str, Any]:
    """Make an interface in a subnet, at a free address unless one is asked for."""
    where = subnet(subnet_id)
    interface_id = f"eni-{secrets.token_hex(9)[:17]}"
    interface: dict[str, Any] = {
        "NetworkInterfaceId": interface_id,
        "SubnetId": subnet_id,
        "VpcId": where["VpcId"],
        "AvailabilityZone": where["AvailabilityZone"],
        "Description": description,
        "OwnerId": get_account_id(),
        "Status": "available" if requester is None else "in-use",
        "PrivateIpAddress": check_address(subnet_id, address)
        if address
        else free_address(subnet_id),
        "InterfaceType": kind,
        "SourceDestCheck": True,
        "MacAddress": "02:" + ":".join(f"{byte:02x}" for byte in secrets.token_bytes(5)),
        "Groups": groups_of(groups or [_default_group(where["VpcId"])]),
        "Attachment": None,
        "RequesterManaged": requester is not None,
        **({"RequesterId": requester} if requester else {}),
    }
    ec2._network_interfaces[interface_id] = interface
    return interface


def groups_of(ids: list[str]) -> list[dict[str, str]]:
    """Give security groups as describing has them, or refuse."""
    for group_id in ids:
        if group_id not in ec2._security_groups:
            raise Refusal(
                "InvalidGroup.NotFound", f"The security group '{group_id}' does not exist"
            )
    return [{"GroupId": i, "GroupName": ec2._security_groups[i]["GroupName"]} for i in ids]


def _default_group(vpc_id: str) -> str:
    for group_id, group in ec2._security_groups.items():
        if group["VpcId"] == vpc_id and group["GroupName"] == "default":
            return str(group_id)
    raise Refusal("InvalidGroup.NotFound", f"The VPC {vpc_id} has no default security group")


def interface_record(interface_id: str) -> dict[str, Any]:
    """Give an interface's record, or refuse."""
    interface: dict[str, Any] | None = ec2._network_interfaces.get(interface_id)
    if interface is None:
        raise Refusal(
            "InvalidNetworkInterfaceID.NotFound",
            f"The networkInterface ID '{interface_id}' does not exist",
        )
    return interface


def _create(asked: Arguments) -> Arguments:
    interface = make_interface(
        asked["SubnetId"],
        description=asked.get("Description", ""),
        groups=asked.get("Groups"),
        address=asked.get("PrivateIpAddress"),
    )
    for specification in asked.get("TagSpecifications", []):
        set_tags(interface["NetworkInterfaceId"], {"Tags": specification["Tags"]})
    return {"NetworkInterface": _described(interface)}


def _describe(asked: Arguments) -> Arguments:
    ids = asked.get("NetworkInterfaceIds") or list(ec2._network_interfaces)
    described = [_described(interface_record(interface_id)) for interface_id in ids]
    return {"NetworkInterfaces": choose(described, asked.get("Filters", []), FILTERS)}


def _described(interface: dict[str, Any]) -> dict[str, Any]:
    address = interface["PrivateIpAddress"]
    return {
        **interface,
        "PrivateDnsName": private_name(address),
        "PrivateIpAddresses": [{"PrivateIpAddress": address, "Primary": True}],
        "TagSet": tags_of(interface["NetworkInterfaceId"]),
        "Tags": tags_of(interface["NetworkInterfaceId"]),
    }


def private_name(address: str) -> str:
    """Give the name that AWS's DNS has for a private address."""
    region = get_region()
    domain = "ec2" if region == "us-east-1" else f"{region}.compute"
    return f"ip-{address.replace('.', '-')}.{domain}.internal"


def _delete(asked: Arguments) -> Arguments:
    interface = interface_record(asked["NetworkInterfaceId"])
    interface_id = interface["NetworkInterfaceId"]
    if interface["Status"] == "in-use":
        raise Refusal(
            "InvalidParameterValue", f"Network interface '{interface_id}' is currently in use."
        )
    remove_interface(interface_id)
    return {}


def remove_interface(interface_id: str) -> None:
    """Forget an interface that its owner is done with."""
    ec2._network_interfaces.pop(interface_id, None)
    forget_tags(interface_id)


def _modify(asked: Arguments) -> Arguments:
    interface = interface_record(asked["NetworkInterfaceId"])
    if "Groups" in asked:
        interface["Groups"] = groups_of(asked["Groups"])
    if "Description" in asked:
        interface["Description"] = asked["Description"]["Value"]
    return {}
