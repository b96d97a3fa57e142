"""AWS::EC2::Instance."""

from typing import Any

from ministack.services import ec2

from embedded_aws.emulator.cloudformation_types import Attributes, Properties, flag
from embedded_aws.emulator.ec2_instances import lifecycle
from embedded_aws.emulator.ec2_instances.launch import launch
from embedded_aws.emulator.ec2_instances.launch_data import launch_data
from embedded_aws.emulator.ec2_protocol import call
from embedded_aws.emulator.ec2_tags import set_tags


def create(properties: Properties) -> tuple[str, Attributes]:
    """Launch the instance."""
    instance = launch({"InstanceType": "t3.micro", **launch_data(properties)})
    instance_id = instance["InstanceId"]
    set_tags(instance_id, properties)
    if flag(properties.get("PropagateTagsToVolumeOnCreation", False)):
        for mapping in instance["BlockDeviceMappings"]:
            set_tags(mapping["Ebs"]["VolumeId"], properties)
    lifecycle.launched(instance)
    return instance_id, _attributes(instance)


def update(instance_id: str, old: Properties, new: Properties) -> Attributes:
    """Change the tags; anything else that we know replaces the instance."""
    set_tags(instance_id, new, old)
    return _attributes(ec2._instances[instance_id])


def delete(instance_id: str, _: Properties) -> None:
    """Terminate the instance if it's still there."""
    instance = ec2._instances.get(instance_id)
    if instance is not None and instance["State"]["Name"] != "terminated":
        call("TerminateInstances", InstanceIds=[instance_id])


def _attributes(instance: dict[str, Any]) -> Attributes:
    return {
        "AvailabilityZone": instance["Placement"]["AvailabilityZone"],
        "InstanceId": instance["InstanceId"],
        "PrivateDnsName": instance["PrivateDnsName"],
        "PrivateIp": instance["PrivateIpAddress"],
        "PublicDnsName": instance["PublicDnsName"],
        "PublicIp": instance["PublicIpAddress"],
        "State": dict(instance["State"]),
        "State.Code": str(instance["State"]["Code"]),
        "State.Name": instance["State"]["Name"],
        "VpcId": instance["VpcId"],
    }
