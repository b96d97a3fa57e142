"""Network ACLs: their entries with ports, and the subnets that have them."""

import secrets
from typing import Any

from ministack.services import ec2

from embedded_aws.emulator.ec2_filters import choose
from embedded_aws.emulator.ec2_protocol import Arguments, Refusal, serve
from embedded_aws.emulator.ec2_tags import forget_tags, tags_of

FILTERS = {
    "association.association-id": "Associations.NetworkAclAssociationId",
    "association.network-acl-id": "Associations.NetworkAclId",
    "association.subnet-id": "Associations.SubnetId",
    "default": "IsDefault",
    "entry.cidr": "Entries.CidrBlock",
    "entry.egress": "Entries.Egress",
    "entry.protocol": "Entries.Protocol",
    "entry.rule-action": "Entries.RuleAction",
    "entry.rule-number": "Entries.RuleNumber",
    "network-acl-id": "NetworkAclId",
    "owner-id": "OwnerId",
    "vpc-id": "VpcId",
}
LAST_RULE = 32767
ENTRY = ("RuleNumber", "Protocol", "RuleAction", "CidrBlock", "Ipv6CidrBlock", "PortRange")


def install() -> None:
    """Serve the actions that ministack's own get wrong."""
    serve("DescribeNetworkAcls", _describe)
    serve("CreateNetworkAclEntry", _create_entry)
    serve("ReplaceNetworkAclEntry", _replace_entry)
    serve("ReplaceNetworkAclAssociation", _replace_association)
    serve("DeleteNetworkAcl", _delete)


def association_of(subnet_id: str) -> str:
    """Give the id of the association between a subnet and its ACL."""
    settle()
    for acl in ec2._network_acls.values():
        for association in acl["Associations"]:
            if association["SubnetId"] == subnet_id:
                return str(association["NetworkAclAssociationId"])
    raise Refusal("InvalidSubnetID.NotFound", f"The subnet ID '{subnet_id}' does not exist")


def settle() -> None:
    """Give every subnet an ACL, its VPC's own if no other, and forget subnets that are gone."""
    acls = list(ec2._network_acls.values())
    for acl in acls:
        acl["Associations"] = [a for a in acl["Associations"] if a["SubnetId"] in ec2._subnets]
    held = {a["SubnetId"] for acl in acls for a in acl["Associations"]}
    for subnet_id, subnet in ec2._subnets.items():
        default = next((a for a in acls if a["IsDefault"] and a["VpcId"] == subnet["VpcId"]), None)
        if subnet_id not in held and default is not None:
            default["Associations"].append(_association(subnet_id))


def _association(subnet_id: str) -> dict[str, str]:
    association_id = f"aclassoc-{secrets.token_hex(9)[:17]}"
    return {"NetworkAclAssociationId": association_id, "SubnetId": subnet_id}


def acl_record(acl_id: str) -> dict[str, Any]:
    """Give an ACL's record, or refuse."""
    acl: dict[str, Any] | None = ec2._network_acls.get(acl_id)
    if acl is None:
        raise Refusal("InvalidNetworkAclID.NotFound", f"The network ACL '{acl_id}' does not exist")
    return acl


def _describe(asked: Arguments) -> Arguments:
    settle()
    ids = asked.get("NetworkAclIds") or list(ec2._network_acls)
    described = [_described(acl_record(acl_id)) for acl_id in ids]
    return {"NetworkAcls": choose(described, asked.get("Filters", []), FILTERS)}


def _described(acl: dict[str, Any]) -> dict[str, Any]:
    acl_id = acl["NetworkAclId"]
    entries = sorted(acl["Entries"], key=lambda entry: (entry["Egress"], entry["RuleNumber"]))
    return {
        **acl,
        "Associations": [{**a, "NetworkAclId": acl_id} for a in acl["Associations"]],
        "Entries": entries,
        "Tags": tags_of(acl_id),
    }


def _create_entry(asked: Arguments) -> Arguments:
    acl, entry = acl_record(asked["NetworkAclId"]), _entry(asked)
    if _same_place(acl, entry):
        raise Refusal(
            "NetworkAclEntryAlreadyExists",
            f"The network acl entry identified by {entry['RuleNumber']} already exists.",
        )
    acl["Entries"].append(entry)
    return {}


def _replace_entry(asked: Arguments) -> Arguments:
    acl, entry = acl_record(asked["NetworkAclId"]), _entry(asked)
    present = _same_place(acl, entry)
    if not present:
        raise Refusal(
            "InvalidNetworkAclEntry.NotFound",
            f"The network acl entry identified by {entry['RuleNumber']} does not exist.",
        )
    acl["Entries"] = [e for e in acl["Entries"] if e not in present] + [entry]
    return {}


def _entry(asked: Arguments) -> dict[str, Any]:
    if not 1 <= asked["RuleNumber"] < LAST_RULE:
        raise Refusal(
            "InvalidParameterValue", f"RuleNumber {asked['RuleNumber']} is not in 1 to 32766"
        )
    entry = {name: asked[name] for name in (*ENTRY, "IcmpTypeCode") if name in asked}
    return {**entry, "Egress": asked.get("Egress", False)}


def _same_place(acl: dict[str, Any], entry: dict[str, Any]) -> list[dict[str, Any]]:
    place = (entry["RuleNumber"], entry["Egress"])
    return [e for e in acl["Entries"] if (e["RuleNumber"], e["Egress"]) == place]


def _replace_association(asked: Arguments) -> Arguments:
    settle()
    target, association_id = acl_record(asked["NetworkAclId"]), asked["AssociationId"]
    for acl in ec2._network_acls.values():
        for association in acl["Associations"]:
            if association["NetworkAclAssociationId"] == association_id:
                acl["Associations"].remove(association)
                new = _association(association["SubnetId"])
                target["Associations"].append(new)
                return {"NewAssociationId": new["NetworkAclAssociationId"]}
    raise Refusal(
        "InvalidAssociationID.NotFound", f"The association ID '{association_id}' does not exist"
    )


def _delete(asked: Arguments) -> Arguments:
    settle()
    acl = acl_record(asked["NetworkAclId"])
    if acl["Associations"] or acl["IsDefault"]:
        raise Refusal(
            "DependencyViolation",
            f"The networkAcl '{acl['NetworkAclId']}' has dependencies and cannot be deleted.",
        )
    del ec2._network_acls[acl["NetworkAclId"]]
    forget_tags(acl["NetworkAclId"])
    return {}
