"""Rules of security groups that templates have beside the groups are real rules."""

from typing import Any

from aws_account import Account
from deployed import deploy, described, reason_of_failure, vpc_with_subnet


def rule(direction: str, **properties: object) -> dict[str, Any]:
    ports = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22}
    return {
        "Type": f"AWS::EC2::SecurityGroup{direction}",
        "Properties": {"GroupId": {"Ref": "Group"}, **ports, **properties},
    }


def group(account: Account, group_id: str) -> dict[str, Any]:
    answer = described(account, "ec2", "describe_security_groups", GroupIds=[group_id])
    found: dict[str, Any] = answer["SecurityGroups"][0]
    return found


def peers(permissions: list[dict[str, Any]]) -> set[str]:
    """Every peer of the group's rules for port 22."""
    of_ssh = [p for p in permissions if p.get("FromPort") == 22]
    return {
        peer
        for permission in of_ssh
        for peer in (
            *(pair["GroupId"] for pair in permission["UserIdGroupPairs"]),
            *(block["CidrIp"] for block in permission["IpRanges"]),
            *(block["CidrIpv6"] for block in permission["Ipv6Ranges"]),
            *(prefix["PrefixListId"] for prefix in permission["PrefixListIds"]),
        )
    }


def test_rules_come_and_go_with_the_stack_that_has_them(account: Account) -> None:
    network = deploy(account, vpc_with_subnet())
    group_id = network.ids["Group"]
    where = {"GroupId": group_id}

    rules = deploy(
        account,
        {
            "Self": rule("Ingress", **where, SourceSecurityGroupId=group_id),
            "Block": rule("Ingress", **where, CidrIp="10.1.0.0/16", Description="theirs"),
            "Sixth": rule("Ingress", **where, CidrIpv6="2001:db8::/32"),
            "Out": rule("Egress", **where, DestinationSecurityGroupId=group_id),
            "Prefix": rule("Egress", **where, DestinationPrefixListId="pl-12345678"),
        },
        id=("Self", "Id"),
        out=("Out", "Id"),
    )

    made = group(account, group_id)
    assert peers(made["IpPermissions"]) == {group_id, "10.1.0.0/16", "2001:db8::/32"}
    assert peers(made["IpPermissionsEgress"]) == {group_id, "pl-12345678"}
    told = described(
        account, "ec2", "describe_security_group_rules", SecurityGroupRuleIds=[rules.outputs["id"]]
    )
    assert [one["GroupId"] for one in told["SecurityGroupRules"]] == [group_id]
    rules.delete()
    left = group(account, group_id)
    assert peers(left["IpPermissions"]) == peers(left["IpPermissionsEgress"]) == set()
    assert len(left["IpPermissions"]) == 1
    network.delete()


def test_a_changed_peer_replaces_the_rule(account: Account) -> None:
    network = vpc_with_subnet()
    stack = deploy(account, {**network, "Rule": rule("Ingress", CidrIp="10.1.0.0/16")})

    stack.update({**network, "Rule": rule("Ingress", CidrIp="10.2.0.0/16")})

    assert peers(group(account, stack.ids["Group"])["IpPermissions"]) == {"10.2.0.0/16"}
    stack.delete()


def test_the_same_rule_twice_is_refused(account: Account) -> None:
    resources = {
        **vpc_with_subnet(),
        "First": rule("Ingress", CidrIp="10.1.0.0/16"),
        "Second": {**rule("Ingress", CidrIp="10.1.0.0/16"), "DependsOn": "First"},
    }

    reason = reason_of_failure(account, resources, "Second")

    assert "InvalidPermission.Duplicate" in reason


def test_a_rule_needs_a_peer_and_a_protocol(account: Account) -> None:
    network = vpc_with_subnet()
    without = {"Type": "AWS::EC2::SecurityGroupEgress", "Properties": {"GroupId": {"Ref": "Group"}}}

    assert "peer" in reason_of_failure(account, {**network, "Rule": rule("Ingress")}, "Rule")
    reason = reason_of_failure(account, {**network, "Rule": without}, "Rule")
    assert "required key [IpProtocol] not found" in reason
