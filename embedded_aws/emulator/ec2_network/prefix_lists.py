"""AWS::EC2::PrefixList, real in ministack's EC2; it lists AWS's own (s3, dynamodb) by itself."""

from ministack.services import ec2

from embedded_aws.emulator.cloudformation_types import Attributes, Properties, register
from embedded_aws.emulator.ec2_protocol import call
from embedded_aws.emulator.ec2_tags import set_tags


def install() -> None:
    """Register the type."""
    register(
        "AWS::EC2::PrefixList",
        create=_create,
        update=_update,
        delete=_delete,
        required=("AddressFamily", "PrefixListName"),
        updatable=("Entries", "MaxEntries", "PrefixListName"),
        tagged=True,
    )


def _create(properties: Properties) -> tuple[str, Attributes]:
    prefix_list_id: str = call(
        "CreateManagedPrefixList",
        PrefixListName=properties["PrefixListName"],
        AddressFamily=properties["AddressFamily"],
        MaxEntries=int(properties.get("MaxEntries", len(properties.get("Entries", [])) or 1)),
        Entries=properties.get("Entries", []),
    )["PrefixList"]["PrefixListId"]
    set_tags(prefix_list_id, properties)
    return prefix_list_id, _attributes(prefix_list_id)


def _attributes(prefix_list_id: str) -> Attributes:
    record = ec2._prefix_lists[prefix_list_id]
    return {
        "Arn": record["PrefixListArn"],
        "OwnerId": record["OwnerId"],
        "PrefixListId": prefix_list_id,
        "Version": record["Version"],
    }


def _update(prefix_list_id: str, old: Properties, new: Properties) -> Attributes:
    had, has = old.get("Entries", []), new.get("Entries", [])
    call(
        "ModifyManagedPrefixList",
        PrefixListId=prefix_list_id,
        PrefixListName=new["PrefixListName"],
        AddEntries=[entry for entry in has if entry not in had],
        RemoveEntries=[{"Cidr": entry["Cidr"]} for entry in had if entry not in has],
    )
    set_tags(prefix_list_id, new, old)
    return _attributes(prefix_list_id)


def _delete(prefix_list_id: str, _: Properties) -> None:
    if prefix_list_id in ec2._prefix_lists:
        call("DeleteManagedPrefixList", PrefixListId=prefix_list_id)
