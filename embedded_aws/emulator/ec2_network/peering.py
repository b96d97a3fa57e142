"""VPC peering: the type, accepted at once inside the account, and describing both sides."""

from typing import Any

from ministack.services import ec2

from embedded_aws.emulator.cloudformation_types import Attributes, Properties, register
from embedded_aws.emulator.ec2_filters import choose
from embedded_aws.emulator.ec2_protocol import Arguments, Refusal, call, serve
from embedded_aws.emulator.ec2_tags import set_tags, tags_of

FILTERS = {
    "accepter-vpc-info.cidr-block": "AccepterVpcInfo.CidrBlock",
    "accepter-vpc-info.vpc-id": "AccepterVpcInfo.VpcId",
    "requester-vpc-info.cidr-block": "RequesterVpcInfo.CidrBlock",
    "requester-vpc-info.vpc-id": "RequesterVpcInfo.VpcId",
    "status-code": "Status.Code",
    "vpc-peering-connection-id": "VpcPeeringConnectionId",
}
NOTHING: dict[str, Any] = {}


def install() -> None:
    """Serve the describe action and register the type."""
    serve("DescribeVpcPeeringConnections", _describe)
    register(
        "AWS::EC2::VPCPeeringConnection",
        create=_create,
        update=_update,
        delete=_delete,
        required=("PeerVpcId", "VpcId"),
        tagged=True,
    )


def _create(properties: Properties) -> tuple[str, Attributes]:
    for vpc_id in (properties["VpcId"], properties["PeerVpcId"]):
        if vpc_id not in ec2._vpcs:
            raise Refusal("InvalidVpcID.NotFound", f"The vpc ID '{vpc_id}' does not exist")
    names = ("VpcId", "PeerVpcId", "PeerOwnerId", "PeerRegion")
    asked = {name: properties[name] for name in names if properties.get(name)}
    made = call("CreateVpcPeeringConnection", **asked)["VpcPeeringConnection"]
    peering_id = made["VpcPeeringConnectionId"]
    call("AcceptVpcPeeringConnection", VpcPeeringConnectionId=peering_id)
    set_tags(peering_id, properties)
    return peering_id, {"Id": peering_id}


def _update(peering_id: str, old: Properties, new: Properties) -> Attributes:
    set_tags(peering_id, new, old)
    return {"Id": peering_id}


def _delete(peering_id: str, _: Properties) -> None:
    if peering_id in ec2._vpc_peering:
        call("DeleteVpcPeeringConnection", VpcPeeringConnectionId=peering_id)


def _describe(asked: Arguments) -> Arguments:
    ids = asked.get("VpcPeeringConnectionIds") or list(ec2._vpc_peering)
    described = [_described(peering_id) for peering_id in ids]
    return {"VpcPeeringConnections": choose(described, asked.get("Filters", []), FILTERS)}


def _described(peering_id: str) -> dict[str, Any]:
    peering = ec2._vpc_peering.get(peering_id)
    if peering is None:
        raise Refusal(
            "InvalidVpcPeeringConnectionID.NotFound",
            f"The vpcPeeringConnection ID '{peering_id}' does not exist",
        )
    sides = {
        side: {**peering[side], "CidrBlock": _cidr_block(peering[side]["VpcId"])}
        for side in ("RequesterVpcInfo", "AccepterVpcInfo")
    }
    status = peering["Status"]
    return {
        "VpcPeeringConnectionId": peering_id,
        **sides,
        "Status": status,
        "Tags": tags_of(peering_id),
    }


def _cidr_block(vpc_id: str) -> str | None:
    block: str | None = ec2._vpcs.get(vpc_id, NOTHING).get("CidrBlock")
    return block
