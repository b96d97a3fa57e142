"""Launch one instance: checks as AWS makes them, interfaces and a root volume."""

import secrets
from datetime import UTC, datetime
from typing import Any

from ministack.services import ec2

from embedded_aws.emulator.ec2_instance_types import check_offered, describe_type
from embedded_aws.emulator.ec2_network.addresses import subnet
from embedded_aws.emulator.ec2_network.network_interfaces import (
    interface_record,
    make_interface,
    private_name,
)
from embedded_aws.emulator.ec2_protocol import Refusal, call

Properties = dict[str, Any]


def launch(data: Properties) -> dict[str, Any]:
    """Launch an instance from launch data; gives its record. Refuses what AWS refuses."""
    image = call("DescribeImages", ImageIds=[data["ImageId"]])["Images"][0]
    described = describe_type(data["InstanceType"])
    if image["Architecture"] not in described["ProcessorInfo"]["SupportedArchitectures"]:
        raise Refusal(
            "InvalidParameterValue",
            f"The architecture '{image['Architecture']}' of the image is not one of "
            f"{data['InstanceType']}: {described['ProcessorInfo']['SupportedArchitectures']}",
        )
    if data.get("KeyName"):
        call("DescribeKeyPairs", KeyNames=[data["KeyName"]])
    profile = _profile(data.get("IamInstanceProfile") or {})
    asked = _asked_interfaces(data)
    check_offered(data["InstanceType"], subnet(_subnet_of(asked[0]))["AvailabilityZone"])
    interfaces = _interfaces(asked)
    instance = _record(data, interfaces[0], profile)
    instance |= {"Architecture": image["Architecture"], "Hypervisor": described["Hypervisor"]}
    _attach(instance["InstanceId"], interfaces, asked)
    _set_root_volume(instance, image, data)
    return instance


def _profile(asked: Properties) -> Any:
    profile, error = ec2._resolve_iam_instance_profile(
        iam_arn=asked.get("Arn") or "", iam_name=asked.get("Name") or ""
    )
    if error:
        raise Refusal(
            "InvalidParameterValue",
            f"Value ({asked.get('Name') or asked.get('Arn')}) for parameter iamInstanceProfile is "
            "invalid. Invalid IAM Instance Profile",
        )
    return profile


def _asked_interfaces(data: Properties) -> list[Properties]:
    own = {
        "SubnetId": data.get("SubnetId") or ec2._DEFAULT_SUBNET_ID,
        "Groups": data.get("SecurityGroupIds"),
        "PrivateIpAddress": data.get("PrivateIpAddress"),
    }
    return data.get("NetworkInterfaces") or [own]


def _subnet_of(asked: Properties) -> str:
    if asked.get("NetworkInterfaceId"):
        return str(interface_record(asked["NetworkInterfaceId"])["SubnetId"])
    return str(asked.get("SubnetId") or ec2._DEFAULT_SUBNET_ID)


def _interfaces(asked: list[Properties]) -> list[dict[str, Any]]:
    """Give the instance's interfaces: those named, and new ones for the others."""
    return [
        _present(one["NetworkInterfaceId"])
        if one.get("NetworkInterfaceId")
        else make_interface(
            one.get("SubnetId") or _subnet_of(asked[0]),
            description=one.get("Description", ""),
            groups=one.get("Groups") or one.get("GroupSet"),
            address=one.get("PrivateIpAddress"),
        )
        for one in asked
    ]


def _present(interface_id: str) -> dict[str, Any]:
    interface = interface_record(interface_id)
    if interface["Status"] == "in-use":
        raise Refusal("InvalidNetworkInterface.InUse", f"Interface: [{interface_id}] in use.")
    return interface


def _record(data: Properties, first: dict[str, Any], profile: Any) -> dict[str, Any]:
    instance: dict[str, Any] = ec2._launch_instances_internal(
        image_id=data["ImageId"],
        instance_type=data["InstanceType"],
        subnet_id=first["SubnetId"],
        count=1,
        key_name=data.get("KeyName", ""),
        user_data=str(data.get("UserData", "")),
        sg_ids=[group["GroupId"] for group in first["Groups"]],
        requested_private_ip=first["PrivateIpAddress"],
        iam_profile=profile,
    )[0]
    zone = subnet(first["SubnetId"])["AvailabilityZone"]
    instance["Placement"]["AvailabilityZone"] = zone
    instance |= {"PrivateDnsName": private_name(first["PrivateIpAddress"])}
    instance |= {"PublicIpAddress": "", "PublicDnsName": ""}
    return instance


def _attach(instance_id: str, interfaces: list[dict[str, Any]], asked: list[Properties]) -> None:
    for index, (interface, one) in enumerate(zip(interfaces, asked, strict=True)):
        interface["Status"] = "in-use"
        interface["Attachment"] = {
            "AttachmentId": f"eni-attach-{secrets.token_hex(9)[:17]}",
            "AttachTime": datetime.now(UTC),
            "DeleteOnTermination": not one.get("NetworkInterfaceId"),  # made for the instance
            "DeviceIndex": index,
            "InstanceId": instance_id,
            "Status": "attached",
        }


def _set_root_volume(instance: dict[str, Any], image: dict[str, Any], data: Properties) -> None:
    device = image["RootDeviceName"]
    of_image = _ebs_of(image.get("BlockDeviceMappings"), device)
    asked = _ebs_of(data.get("BlockDeviceMappings"), device)
    mapping = instance["BlockDeviceMappings"][0]
    mapping["DeviceName"] = instance["RootDeviceName"] = device
    volume = ec2._volumes[mapping["Ebs"]["VolumeId"]]
    volume["Attachments"][0]["Device"] = device
    volume |= {
        "AvailabilityZone": instance["Placement"]["AvailabilityZone"],
        "Encrypted": str(asked.get("Encrypted", False)).lower() == "true",
        "Size": int(asked.get("VolumeSize") or of_image.get("VolumeSize") or volume["Size"]),
        "VolumeType": asked.get("VolumeType") or of_image.get("VolumeType") or "gp3",
    }


def _ebs_of(mappings: list[Properties] | None, device: str) -> Properties:
    for mapping in mappings or []:
        if mapping.get("DeviceName") == device and mapping.get("Ebs"):
            volume: Properties = mapping["Ebs"]
            return volume
    return {}
