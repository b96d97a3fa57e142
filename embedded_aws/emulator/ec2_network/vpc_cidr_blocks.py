"""Further ranges of a VPC: the type AWS::EC2::VPCCidrBlock, and DescribeVpcs showing them."""

import secrets
from ipaddress import ip_network
from typing import Any

from ministack.services import ec2

from embedded_aws.emulator.cloudformation_types import Attributes, Properties, register
from embedded_aws.emulator.ec2_protocol import Arguments, Refusal, complete

# By VPC: its ranges beside the first, by the id of their association.
_BLOCKS: dict[str, dict[str, str]] = {}


def install() -> None:
    """Register the type and complete the describe action."""
    complete("DescribeVpcs", _show)
    register(
        "AWS::EC2::VPCCidrBlock",
        create=_create,
        update=lambda association_id, old, new: _attributes(association_id),
        delete=_delete,
        required=("VpcId", "CidrBlock"),
    )


def ranges(vpc_id: str) -> list[str]:
    """Every range of a VPC, the first one first."""
    return [ec2._vpcs[vpc_id]["CidrBlock"], *_BLOCKS.get(vpc_id, {}).values()]


def _create(properties: Properties) -> tuple[str, Attributes]:
    vpc_id, block = str(properties["VpcId"]), str(properties["CidrBlock"])
    if vpc_id not in ec2._vpcs:
        raise Refusal("InvalidVpcID.NotFound", f"The vpc ID '{vpc_id}' does not exist")
    if any(ip_network(block).overlaps(ip_network(known)) for known in ranges(vpc_id)):
        raise Refusal("CidrConflict", f"The CIDR '{block}' conflicts with another CIDR of the VPC")
    association_id = f"vpc-cidr-assoc-{secrets.token_hex(9)[:17]}"
    _BLOCKS.setdefault(vpc_id, {})[association_id] = block
    return association_id, _attributes(association_id)


def _attributes(association_id: str) -> Attributes:
    return {"Id": association_id}


def _delete(association_id: str, properties: Properties) -> None:
    vpc_id = str(properties.get("VpcId", ""))
    block = _BLOCKS.get(vpc_id, {}).get(association_id)
    if block is None:
        return
    whole = ip_network(block)
    for subnet in ec2._subnets.values():
        if subnet["VpcId"] == vpc_id and whole.overlaps(ip_network(subnet["CidrBlock"])):
            raise Refusal(
                "DependencyViolation", f"The CIDR '{block}' has subnets and can't be disassociated"
            )
    del _BLOCKS[vpc_id][association_id]


def _show(_: Arguments, answer: Arguments) -> Arguments:
    for vpc in answer["Vpcs"]:
        known: list[dict[str, Any]] = [
            {
                "AssociationId": association_id,
                "CidrBlock": block,
                "CidrBlockState": {"State": "associated"},
            }
            for association_id, block in _BLOCKS.get(vpc["VpcId"], {}).items()
        ]
        vpc["CidrBlockAssociationSet"] = [*vpc.get("CidrBlockAssociationSet", []), *known]
    return answer
