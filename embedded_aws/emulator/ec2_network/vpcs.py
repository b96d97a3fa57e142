"""VPCs and subnets: subnets are inside and apart; the attributes that templates read."""

from collections.abc import Callable
from ipaddress import ip_network
from typing import Any

from ministack.services import ec2

from embedded_aws.emulator.cloudformation_types import (
    Attributes,
    Made,
    Properties,
    add_attributes,
)
from embedded_aws.emulator.ec2_network.network_acls import association_of
from embedded_aws.emulator.ec2_network.vpc_cidr_blocks import ranges
from embedded_aws.emulator.ec2_protocol import Refusal
from embedded_aws.emulator.seams import wrap_entry, wrap_handler

Query = dict[str, list[str]]


def install() -> None:
    """Add the attributes; `Ref` of each is ministack's own."""
    wrap_handler("AWS::EC2::Subnet", "create", _check_block)
    wrap_entry("services.ec2._ACTION_MAP", "CreateSubnet", _check_block_asked)
    add_attributes("AWS::EC2::VPC", _vpc)
    add_attributes("AWS::EC2::Subnet", _subnet)
    add_attributes("AWS::EC2::SecurityGroup", lambda group_id, _: {"Id": group_id})
    add_attributes(
        "AWS::EC2::Route", lambda _, route: {"CidrBlock": route.get("DestinationCidrBlock", "")}
    )
    add_attributes(
        "AWS::EC2::VPCGatewayAttachment",
        lambda _, given: {"AttachmentType": "VGW" if given.get("VpnGatewayId") else "IGW"},
    )


def _check_block(create: Made) -> Made:
    def checked(logical_id: str, given: Properties, stack: str) -> tuple[str, Attributes]:
        check_block(str(given.get("VpcId", "")), str(given.get("CidrBlock", "")))
        return create(logical_id, given, stack)

    return checked


def _check_block_asked(create: Callable[[Query], Any]) -> Callable[[Query], Any]:
    def checked(query: Query) -> Any:
        try:
            check_block(ec2._p(query, "VpcId"), ec2._p(query, "CidrBlock"))
        except Refusal as refusal:
            return ec2._error(refusal.code, refusal.message, 400)
        return create(query)

    return checked


def check_block(vpc_id: str, block: str) -> None:
    """Refuse a subnet outside its VPC, or over another subnet."""
    if vpc_id not in ec2._vpcs:
        raise Refusal("InvalidVpcID.NotFound", f"The vpc ID '{vpc_id}' does not exist")
    wanted = ip_network(block)
    if not any(_is_inside(wanted, ip_network(whole)) for whole in ranges(vpc_id)):
        raise Refusal("InvalidSubnet.Range", f"The CIDR '{block}' is invalid.")
    for subnet in ec2._subnets.values():
        if subnet["VpcId"] == vpc_id and wanted.overlaps(ip_network(subnet["CidrBlock"])):
            raise Refusal(
                "InvalidSubnet.Conflict", f"The CIDR '{block}' conflicts with another subnet"
            )


def _is_inside(inner: Any, outer: Any) -> bool:
    return int(outer[0]) <= int(inner[0]) and int(inner[-1]) <= int(outer[-1])


def _vpc(vpc_id: str, _: Properties) -> Attributes:
    vpc = ec2._vpcs[vpc_id]
    return {
        "CidrBlock": vpc["CidrBlock"],
        "CidrBlockAssociations": [f"vpc-cidr-assoc-{vpc_id.removeprefix('vpc-')}"],
        "Ipv6CidrBlocks": [],
    }


def _subnet(subnet_id: str, _: Properties) -> Attributes:
    subnet = ec2._subnets[subnet_id]
    return {
        "AvailabilityZoneId": subnet["AvailabilityZoneId"],
        "CidrBlock": subnet["CidrBlock"],
        "Ipv6CidrBlocks": [],
        "NetworkAclAssociationId": association_of(subnet_id),
        "OutpostArn": "",
        "VpcId": subnet["VpcId"],
    }
