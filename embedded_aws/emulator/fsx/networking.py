"""Where a file system is: its subnet, its security groups and its network interfaces."""

from typing import Any

from ministack.services import ec2

from embedded_aws.emulator.ec2_network.network_interfaces import make_interface, remove_interface
from embedded_aws.emulator.ec2_protocol import Refusal
from embedded_aws.emulator.fsx.errors import FsxError

LUSTRE_PORT = 988
SERVERS = 2  # of metadata and of objects; larger file systems have more on AWS
REQUESTER = "amazon-fsx"


def place(asked: dict[str, Any]) -> str:
    """Check subnet and security groups of a request; give the subnet's VPC."""
    ec2._ensure_defaults_initialized()
    subnets = asked.get("SubnetIds") or []
    if len(subnets) != 1:
        raise _invalid(f"LUSTRE file systems have exactly one subnet, not {len(subnets)}")
    subnet = ec2._subnets.get(subnets[0])
    if subnet is None:
        raise _invalid(f"The subnet {subnets[0]} does not exist", InvalidSubnetId=subnets[0])
    groups = asked.get("SecurityGroupIds") or []
    for group_id in groups:
        group = ec2._security_groups.get(group_id)
        if group is None or group["VpcId"] != subnet["VpcId"]:
            raise _invalid(
                f"The security group {group_id} is not in the VPC of {subnets[0]}",
                InvalidSecurityGroupId=group_id,
            )
    if groups and not any(_admits_lustre(ec2._security_groups[g]) for g in groups):
        raise _invalid(
            "The file system cannot be created because the provided security groups do not permit "
            f"Lustre LNET network traffic on port {LUSTRE_PORT}"
        )
    vpc_id: str = subnet["VpcId"]
    return vpc_id


def make_interfaces(file_system_id: str, asked: dict[str, Any]) -> list[str]:
    """Make the file system's interfaces in its subnet."""
    try:
        return [
            make_interface(
                asked["SubnetIds"][0],
                description=f"Created by Amazon FSx for file system {file_system_id}",
                groups=asked.get("SecurityGroupIds"),
                requester=REQUESTER,
            )["NetworkInterfaceId"]
            for _ in range(SERVERS)
        ]
    except Refusal as refusal:
        raise _invalid(refusal.message) from refusal


def remove_interfaces(interface_ids: list[str]) -> None:
    """Remove a file system's interfaces."""
    for interface_id in interface_ids:
        remove_interface(interface_id)


def _admits_lustre(group: dict[str, Any]) -> bool:
    return any(
        rule.get("IpProtocol") == "-1"
        or (
            str(rule.get("IpProtocol")) in ("tcp", "6")
            and rule.get("FromPort", 0) <= LUSTRE_PORT <= rule.get("ToPort", 65535)
        )
        for rule in group["IpPermissions"]
    )


def _invalid(message: str, **more: str) -> FsxError:
    return FsxError("InvalidNetworkSettings", message, **more)
