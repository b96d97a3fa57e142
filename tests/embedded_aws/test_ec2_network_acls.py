"""Network ACLs: their entries, and the subnets that have them."""

from typing import Any

from aws_account import Account
from deployed import Deployed, deploy, described, reason_of_failure, vpc_with_subnet


def resource(kind: str, **properties: object) -> dict[str, Any]:
    return {"Type": f"AWS::EC2::{kind}", "Properties": properties}


def of_vpc(stack: Deployed) -> list[dict[str, Any]]:
    return [{"Name": "vpc-id", "Values": [stack.ids["Vpc"]]}]


def acl_resources() -> dict[str, Any]:
    entry = {"NetworkAclId": {"Ref": "Acl"}, "RuleAction": "allow", "CidrBlock": "10.90.0.0/16"}
    ports = {"From": 443, "To": 443}
    return {
        **vpc_with_subnet(),
        "Acl": resource("NetworkAcl", VpcId={"Ref": "Vpc"}),
        "In": resource("NetworkAclEntry", **entry, RuleNumber=100, Protocol=6, PortRange=ports),
        "Out": resource("NetworkAclEntry", **entry, RuleNumber=100, Protocol=-1, Egress=True),
        "Its": resource(
            "SubnetNetworkAclAssociation",
            NetworkAclId={"Ref": "Acl"},
            SubnetId={"Ref": "Subnet"},
        ),
    }


def test_a_subnet_has_the_acl_that_it_is_associated_with(account: Account) -> None:
    stack = deploy(
        account,
        acl_resources(),
        acl=("Acl", "Id"),
        entry=("In", "Id"),
        association=("Its", "AssociationId"),
    )
    of_subnet = [{"Name": "association.subnet-id", "Values": [stack.ids["Subnet"]]}]

    (acl,) = described(account, "ec2", "describe_network_acls", Filters=of_subnet)["NetworkAcls"]

    assert acl["NetworkAclId"] == stack.outputs["acl"]
    assert acl["Associations"][0]["NetworkAclAssociationId"] == stack.outputs["association"]
    rules = {(e["Egress"], e["RuleNumber"]): e for e in acl["Entries"]}
    assert rules[False, 100]["PortRange"] == {"From": 443, "To": 443}
    assert rules[True, 100]["Protocol"] == "-1"
    assert rules[False, 32767]["RuleAction"] == rules[True, 32767]["RuleAction"] == "deny"
    stack.delete()
    left = described(account, "ec2", "describe_network_acls", Filters=of_vpc(stack))
    assert left["NetworkAcls"] == []


def test_a_subnet_falls_back_to_its_vpcs_acl(account: Account) -> None:
    resources = acl_resources()
    stack = deploy(account, resources)
    del resources["Its"]

    stack.update(resources)

    of_subnet = [{"Name": "association.subnet-id", "Values": [stack.ids["Subnet"]]}]
    (acl,) = described(account, "ec2", "describe_network_acls", Filters=of_subnet)["NetworkAcls"]
    assert acl["IsDefault"] is True
    stack.delete()


def test_a_changed_entry_is_replaced_in_place(account: Account) -> None:
    resources = acl_resources()
    stack = deploy(account, resources)
    resources["In"]["Properties"]["RuleAction"] = "deny"

    stack.update(resources)

    (acl,) = described(account, "ec2", "describe_network_acls", NetworkAclIds=[stack.ids["Acl"]])[
        "NetworkAcls"
    ]
    inward = [e for e in acl["Entries"] if not e["Egress"] and e["RuleNumber"] == 100]
    assert [e["RuleAction"] for e in inward] == ["deny"]
    stack.delete()


def test_two_entries_cannot_have_one_number(account: Account) -> None:
    resources = acl_resources()
    resources["Same"] = {**resources["In"], "DependsOn": "In"}

    reason = reason_of_failure(account, resources, "Same")

    assert "NetworkAclEntryAlreadyExists" in reason
