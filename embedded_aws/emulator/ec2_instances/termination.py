"""TerminateInstances, to the end: interfaces, volumes and everybody who waits for it."""

from collections.abc import Callable
from typing import Any

from ministack.services import ec2

from embedded_aws.emulator.ec2_instances import lifecycle
from embedded_aws.emulator.ec2_network.network_interfaces import remove_interface
from embedded_aws.emulator.ec2_tags import forget_tags
from embedded_aws.emulator.seams import wrap_entry

Query = dict[str, list[str]]
SUCCESS = 200


def install() -> None:
    """Clean up after ministack's own action."""
    wrap_entry("services.ec2._ACTION_MAP", "TerminateInstances", _then_clean_up)


def _then_clean_up(terminate: Callable[[Query], Any]) -> Callable[[Query], Any]:
    def terminated(query: Query) -> Any:
        ids = ec2._parse_member_list(query, "InstanceId")
        ended = [
            instance
            for instance in map(ec2._instances.get, ids)
            if instance is not None and instance["State"]["Name"] != "terminated"
        ]
        answer = terminate(query)
        if answer[0] == SUCCESS:
            for instance in ended:
                _clean_up(instance)
        return answer

    return terminated


def _clean_up(instance: dict[str, Any]) -> None:
    lifecycle.terminated(instance)
    for interface in list(ec2._network_interfaces.values()):
        attachment = interface.get("Attachment") or {}
        if attachment.get("InstanceId") == instance["InstanceId"]:
            if attachment.get("DeleteOnTermination"):
                remove_interface(interface["NetworkInterfaceId"])
            else:
                interface |= {"Attachment": None, "Status": "available"}
    for mapping in instance.get("BlockDeviceMappings", []):
        volume = mapping["Ebs"]
        if volume.get("DeleteOnTermination"):
            ec2._volumes.pop(volume["VolumeId"], None)
            forget_tags(volume["VolumeId"])
    instance["BlockDeviceMappings"] = []
