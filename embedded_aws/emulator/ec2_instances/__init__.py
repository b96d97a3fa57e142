"""Instances.

ministack 1.5.33 refuses AWS::EC2::Instance; it gives instances addresses outside their subnet, no
network interfaces, and leaves their volumes when they are terminated. Ours launch through launch
templates, have what AWS gives an instance, and leave nothing. Its images lack ParallelCluster's.
"""

from embedded_aws.emulator.cloudformation_types import register
from embedded_aws.emulator.ec2_instances import (
    console,
    description,
    official_images,
    template_type,
    termination,
)


def install() -> None:
    """Register the type, and complete the actions that it needs."""
    official_images.install()
    console.install()
    description.install()
    termination.install()
    register(
        "AWS::EC2::Instance",
        create=template_type.create,
        update=template_type.update,
        delete=template_type.delete,
        updatable=("PropagateTagsToVolumeOnCreation", "DisableApiTermination", "Monitoring"),
        tagged=True,
    )
