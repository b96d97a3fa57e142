"""AWS::EC2::NatGateway, real in ministack's EC2: stand-ins of other people's VPCs have them."""

from ministack.services import ec2

from embedded_aws.emulator.cloudformation_types import Attributes, Properties, register
from embedded_aws.emulator.ec2_network.addresses import subnet
from embedded_aws.emulator.ec2_protocol import call
from embedded_aws.emulator.ec2_tags import set_tags

ASKED = ("AllocationId", "ConnectivityType", "SubnetId")


def install() -> None:
    """Register the type."""
    register(
        "AWS::EC2::NatGateway",
        create=_create,
        update=_update,
        delete=_delete,
        required=("SubnetId",),
        tagged=True,
    )


def _create(properties: Properties) -> tuple[str, Attributes]:
    subnet(properties["SubnetId"])
    asked = {name: properties[name] for name in ASKED if properties.get(name)}
    gateway_id: str = call("CreateNatGateway", **asked)["NatGateway"]["NatGatewayId"]
    set_tags(gateway_id, properties)
    return gateway_id, {"NatGatewayId": gateway_id}


def _update(gateway_id: str, old: Properties, new: Properties) -> Attributes:
    set_tags(gateway_id, new, old)
    return {"NatGatewayId": gateway_id}


def _delete(gateway_id: str, _: Properties) -> None:
    if gateway_id in ec2._nat_gateways:
        call("DeleteNatGateway", NatGatewayId=gateway_id)
