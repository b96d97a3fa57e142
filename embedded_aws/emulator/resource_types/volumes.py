"""AWS::EC2::Volume, real in ministack's EC2: ParallelCluster's shared EBS volumes."""

from ministack.services import ec2

from embedded_aws.emulator.cloudformation_types import Attributes, Properties, flag, register
from embedded_aws.emulator.ec2_protocol import call
from embedded_aws.emulator.ec2_tags import set_tags

NUMBERS = ("Iops", "Size", "Throughput")
TEXTS = ("AvailabilityZone", "KmsKeyId", "SnapshotId", "VolumeType")


def install() -> None:
    """Register the type."""
    register(
        "AWS::EC2::Volume",
        create=_create,
        update=_update,
        delete=_delete,
        required=("AvailabilityZone",),
        updatable=("Iops", "Size", "Throughput", "VolumeType"),
        tagged=True,
    )


def _create(properties: Properties) -> tuple[str, Attributes]:
    asked = {name: properties[name] for name in TEXTS if properties.get(name)}
    asked |= {name: int(properties[name]) for name in NUMBERS if properties.get(name)}
    asked["Encrypted"] = flag(properties.get("Encrypted", False))
    volume_id: str = call("CreateVolume", **asked)["VolumeId"]
    set_tags(volume_id, properties)
    return volume_id, {"VolumeId": volume_id}


def _update(volume_id: str, old: Properties, new: Properties) -> Attributes:
    changes = {n: int(new[n]) for n in NUMBERS if n in new and new.get(n) != old.get(n)}
    if new.get("VolumeType") != old.get("VolumeType"):
        changes["VolumeType"] = new.get("VolumeType", "gp2")
    if changes:
        call("ModifyVolume", VolumeId=volume_id, **changes)
    set_tags(volume_id, new, old)
    return {"VolumeId": volume_id}


def _delete(volume_id: str, _: Properties) -> None:
    if volume_id in ec2._volumes:
        call("DeleteVolume", VolumeId=volume_id)
