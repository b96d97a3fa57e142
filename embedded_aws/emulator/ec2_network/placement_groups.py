"""AWS::EC2::PlacementGroup, real in ministack's EC2."""

import secrets

from ministack.services import ec2

from embedded_aws.emulator.cloudformation_types import Attributes, Properties, register
from embedded_aws.emulator.ec2_protocol import call
from embedded_aws.emulator.ec2_tags import set_tags


def install() -> None:
    """Register the type."""
    register(
        "AWS::EC2::PlacementGroup",
        create=_create,
        update=_update,
        delete=_delete,
        tagged=True,
    )


def _create(properties: Properties) -> tuple[str, Attributes]:
    name = f"placement-{secrets.token_hex(6)}"
    asked = {n: properties[n] for n in ("Strategy", "SpreadLevel") if properties.get(n)}
    if properties.get("PartitionCount"):
        asked["PartitionCount"] = int(properties["PartitionCount"])
    call("CreatePlacementGroup", GroupName=name, **asked)
    set_tags(ec2._placement_groups[name]["GroupId"], properties)
    return name, _attributes(name)


def _attributes(name: str) -> Attributes:
    return {"GroupId": ec2._placement_groups[name]["GroupId"], "GroupName": name}


def _update(name: str, old: Properties, new: Properties) -> Attributes:
    set_tags(ec2._placement_groups[name]["GroupId"], new, old)
    return _attributes(name)


def _delete(name: str, _: Properties) -> None:
    if name in ec2._placement_groups:
        call("DeletePlacementGroup", GroupName=name)
