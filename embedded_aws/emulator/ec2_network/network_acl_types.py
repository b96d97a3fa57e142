"""AWS::EC2::NetworkAcl, NetworkAclEntry and SubnetNetworkAclAssociation."""

from ministack.services import ec2

from embedded_aws.emulator.cloudformation_types import Attributes, Properties, flag, register
from embedded_aws.emulator.ec2_network.network_acls import (
    ENTRY,
    LAST_RULE,
    acl_record,
    association_of,
    settle,
)
from embedded_aws.emulator.ec2_protocol import Arguments, call
from embedded_aws.emulator.ec2_tags import set_tags


def install() -> None:
    """Register the three types."""
    register(
        "AWS::EC2::NetworkAcl",
        create=_create_type,
        update=_update_type,
        delete=_delete_type,
        required=("VpcId",),
        tagged=True,
    )
    register(
        "AWS::EC2::NetworkAclEntry",
        create=_create_entry_type,
        update=_update_entry_type,
        delete=_delete_entry_type,
        required=("NetworkAclId", "Protocol", "RuleAction", "RuleNumber"),
        updatable=("CidrBlock", "Icmp", "Ipv6CidrBlock", "PortRange", "Protocol", "RuleAction"),
    )
    register(
        "AWS::EC2::SubnetNetworkAclAssociation",
        create=_associate_type,
        update=lambda association_id, _old, _new: {"AssociationId": association_id},
        delete=_dissociate_type,
        required=("NetworkAclId", "SubnetId"),
    )


def _create_type(properties: Properties) -> tuple[str, Attributes]:
    acl_id = call("CreateNetworkAcl", VpcId=properties["VpcId"])["NetworkAcl"]["NetworkAclId"]
    last = {"RuleNumber": LAST_RULE, "Protocol": "-1", "RuleAction": "deny"}
    for egress in (False, True):
        acl_record(acl_id)["Entries"].append({**last, "Egress": egress, "CidrBlock": "0.0.0.0/0"})
    set_tags(acl_id, properties)
    return acl_id, {"Id": acl_id}


def _update_type(acl_id: str, old: Properties, new: Properties) -> Attributes:
    set_tags(acl_id, new, old)
    return {"Id": acl_id}


def _delete_type(acl_id: str, _: Properties) -> None:
    if acl_id in ec2._network_acls:
        call("DeleteNetworkAcl", NetworkAclId=acl_id)


def _create_entry_type(properties: Properties) -> tuple[str, Attributes]:
    call("CreateNetworkAclEntry", **_entry_arguments(properties))
    entry_id = f"{properties['NetworkAclId']}|{properties['RuleNumber']}|{_egress(properties)}"
    return entry_id, {"Id": entry_id}


def _update_entry_type(entry_id: str, _: Properties, new: Properties) -> Attributes:
    call("ReplaceNetworkAclEntry", **_entry_arguments(new))
    return {"Id": entry_id}


def _delete_entry_type(_: str, properties: Properties) -> None:
    if properties["NetworkAclId"] in ec2._network_acls:
        where = {"NetworkAclId": properties["NetworkAclId"], "Egress": _egress(properties)}
        call("DeleteNetworkAclEntry", **where, RuleNumber=int(properties["RuleNumber"]))


def _entry_arguments(properties: Properties) -> Arguments:
    arguments = {name: properties[name] for name in ("NetworkAclId", *ENTRY) if name in properties}
    arguments |= {"Protocol": str(properties["Protocol"]), "Egress": _egress(properties)}
    if "Icmp" in properties:
        arguments["IcmpTypeCode"] = properties["Icmp"]
    return arguments


def _egress(properties: Properties) -> bool:
    return flag(properties.get("Egress", False))


def _associate_type(properties: Properties) -> tuple[str, Attributes]:
    answer = call(
        "ReplaceNetworkAclAssociation",
        AssociationId=association_of(properties["SubnetId"]),
        NetworkAclId=properties["NetworkAclId"],
    )
    association_id: str = answer["NewAssociationId"]
    return association_id, {"AssociationId": association_id}


def _dissociate_type(association_id: str, _: Properties) -> None:
    for acl in ec2._network_acls.values():
        acl["Associations"] = [
            a for a in acl["Associations"] if a["NetworkAclAssociationId"] != association_id
        ]
    settle()  # the subnet falls back to its VPC's own ACL
