"""ParallelCluster's official AMIs.

ministack 1.5.33 lists none, so that every cluster would need an image of its own, and finds
nothing wrong with asking for an image that isn't there.
"""

from typing import Any

from embedded_aws.emulator.ec2_filters import choose
from embedded_aws.emulator.ec2_protocol import Arguments, Refusal, complete

VERSION = "3.16.1"  # of ParallelCluster: the library looks for AMIs of its own version only
OWNER = "247102896272"
ROOT_GIB = 45
FILTERS = {
    "architecture": "Architecture",
    "image-id": "ImageId",
    "is-public": "Public",
    "name": "Name",
    "owner-alias": "ImageOwnerAlias",
    "owner-id": "OwnerId",
    "root-device-type": "RootDeviceType",
    "state": "State",
    "virtualization-type": "VirtualizationType",
}


def install() -> None:
    """Add the images to DescribeImages."""
    complete("DescribeImages", _add)


def _add(asked: Arguments, answer: Arguments) -> Arguments:
    ids, owners = asked.get("ImageIds", []), asked.get("Owners", [])
    official = [
        image
        for image in map(_image, ("x86_64", "arm64"))
        if (not ids or image["ImageId"] in ids) and (not owners or {"amazon", OWNER} & set(owners))
    ]
    # What ministack listed went through its own filters; ours refuse the ones it ignores.
    chosen = choose(official, asked.get("Filters", []), FILTERS) if official else []
    images = [*answer["Images"], *chosen]
    missing = set(ids) - {image["ImageId"] for image in [*answer["Images"], *official]}
    if missing and not asked.get("Filters"):
        raise Refusal(
            "InvalidAMIID.NotFound", f"The image id '[{', '.join(sorted(missing))}]' does not exist"
        )
    return {**answer, "Images": images}


def _image(architecture: str) -> dict[str, Any]:
    name = f"aws-parallelcluster-{VERSION}-amzn2023-hvm-{architecture}-202605121010"
    digits = {"x86_64": "86", "arm64": "64"}[architecture]
    device = "/dev/xvda"
    root = {
        "DeleteOnTermination": True,
        "Encrypted": False,
        "SnapshotId": f"snap-0aac3161{digits}0000000",
        "VolumeSize": ROOT_GIB,
        "VolumeType": "gp3",
    }
    return {
        "Architecture": architecture,
        "BlockDeviceMappings": [{"DeviceName": device, "Ebs": root}],
        "CreationDate": "2026-05-12T10:10:00.000Z",
        "Description": f"AWS ParallelCluster AMI for alinux2023, kernel-6.1, {architecture}",
        "EnaSupport": True,
        "Hypervisor": "xen",
        "ImageId": f"ami-0aac3161{digits}0000000",
        "ImageLocation": f"amazon/{name}",
        "ImageOwnerAlias": "amazon",
        "ImageType": "machine",
        "Name": name,
        "OwnerId": OWNER,
        "PlatformDetails": "Linux/UNIX",
        "Public": True,
        "RootDeviceName": device,
        "RootDeviceType": "ebs",
        "State": "available",
        "Tags": [
            {"Key": "parallelcluster:version", "Value": VERSION},
            {"Key": "parallelcluster:build_status", "Value": "available"},
            {"Key": "parallelcluster:os", "Value": "alinux2023"},
        ],
        "VirtualizationType": "hvm",
    }
