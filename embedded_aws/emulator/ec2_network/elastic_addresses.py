"""AWS::EC2::EIP, real in ministack's EC2."""

from ministack.services import ec2

from embedded_aws.emulator.cloudformation_types import Attributes, Properties, register
from embedded_aws.emulator.ec2_protocol import call
from embedded_aws.emulator.ec2_tags import set_tags


def install() -> None:
    """Register the type."""
    register(
        "AWS::EC2::EIP",
        create=_create,
        update=_update,
        delete=_delete,
        tagged=True,
    )


def _create(properties: Properties) -> tuple[str, Attributes]:
    made = call("AllocateAddress", Domain="vpc")
    allocation_id, address = made["AllocationId"], made["PublicIp"]
    if properties.get("InstanceId"):
        call("AssociateAddress", AllocationId=allocation_id, InstanceId=properties["InstanceId"])
    set_tags(allocation_id, properties)
    return address, {"AllocationId": allocation_id, "PublicIp": address}


def _allocation_id(address: str) -> str | None:
    return next((i for i, a in ec2._addresses.items() if a["PublicIp"] == address), None)


def _update(address: str, old: Properties, new: Properties) -> Attributes:
    allocation_id = _allocation_id(address) or ""
    set_tags(allocation_id, new, old)
    return {"AllocationId": allocation_id, "PublicIp": address}


def _delete(address: str, _: Properties) -> None:
    allocation_id = _allocation_id(address)
    if allocation_id:
        call("ReleaseAddress", AllocationId=allocation_id)
