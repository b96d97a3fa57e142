"""AWS::EC2::SecurityGroupIngress and SecurityGroupEgress.

ministack 1.5.33 refuses both types. ParallelCluster's validators read the rules of the security
groups, so ours authorize and revoke real rules in ministack's security groups. It also drops the
prefix lists that a rule names; we read them.
"""

from collections.abc import Callable
from typing import Any, Literal

from ministack.services import ec2

from embedded_aws.emulator.cloudformation_types import Attributes, Properties, register
from embedded_aws.emulator.ec2_protocol import Refusal, call
from embedded_aws.emulator.seams import wrap

Parse = Callable[[dict[str, Any], str], list[dict[str, Any]]]
Direction = Literal["Ingress", "Egress"]


def install() -> None:
    """Register both types, and let rules name prefix lists."""
    wrap("services.ec2._parse_ip_permissions", _with_prefix_lists)
    _register("Ingress")
    _register("Egress")


def _with_prefix_lists(parse: Parse) -> Parse:
    def parse_all(query: dict[str, Any], prefix: str) -> list[dict[str, Any]]:
        rules = parse(query, prefix)
        for index, rule in enumerate(rules, 1):
            start, number = f"{prefix}.{index}.PrefixListIds", 1
            while prefix_list := ec2._p(query, f"{start}.{number}.PrefixListId"):
                said = ec2._p(query, f"{start}.{number}.Description")
                entry = {"PrefixListId": prefix_list, **({"Description": said} if said else {})}
                rule["PrefixListIds"].append(entry)
                number += 1
        return rules

    return parse_all


def _register(direction: Direction) -> None:
    def create(properties: Properties) -> tuple[str, Attributes]:
        rule_id = _authorize(direction, properties)
        return rule_id, {"Id": rule_id}

    def update(rule_id: str, old: Properties, new: Properties) -> Attributes:
        _revoke(direction, rule_id, old)
        return {"Id": _authorize(direction, new)}

    def delete(rule_id: str, properties: Properties) -> None:
        _revoke(direction, rule_id, properties)

    register(
        f"AWS::EC2::SecurityGroup{direction}",
        create=create,
        update=update,
        delete=delete,
        required=("IpProtocol",) if direction == "Ingress" else ("GroupId", "IpProtocol"),
        updatable=("Description",),
    )


def _authorize(direction: Direction, properties: Properties) -> str:
    group_id = _group_id(properties)
    present = {rule["SecurityGroupRuleId"] for rule in _rules(group_id)}
    answer = call(
        f"AuthorizeSecurityGroup{direction}",
        GroupId=group_id,
        IpPermissions=[permission(properties)],
    )
    rule_id: str = answer["SecurityGroupRules"][0]["SecurityGroupRuleId"]
    if rule_id in present:
        raise Refusal(
            "InvalidPermission.Duplicate",
            f"the specified rule of {group_id} ({permission(properties)}) already exists",
        )
    return rule_id


def _revoke(direction: Direction, rule_id: str, properties: Properties) -> None:
    try:
        call(
            f"RevokeSecurityGroup{direction}",
            GroupId=_group_id(properties),
            SecurityGroupRuleIds=[rule_id],
        )
    except Refusal as refusal:
        if not refusal.code.endswith(".NotFound"):  # the rule or its whole group is gone already
            raise


def _rules(group_id: str) -> list[dict[str, Any]]:
    filters = [{"Name": "group-id", "Values": [group_id]}]
    rules: list[dict[str, Any]] = call("DescribeSecurityGroupRules", Filters=filters)[
        "SecurityGroupRules"
    ]
    return rules


def _group_id(properties: Properties) -> str:
    if properties.get("GroupId"):
        return str(properties["GroupId"])
    name = properties.get("GroupName")
    for group in call("DescribeSecurityGroups")["SecurityGroups"]:
        if group["GroupName"] == name:
            return str(group["GroupId"])
    raise Refusal("InvalidGroup.NotFound", f"The security group '{name}' does not exist")


def permission(rule: Properties) -> dict[str, Any]:
    """Give a template's rule as an IpPermission of the EC2 API."""
    said = {"Description": rule["Description"]} if rule.get("Description") else {}
    ports: dict[str, Any] = {
        name: int(rule[name]) for name in ("FromPort", "ToPort") if name in rule
    }
    group = rule.get("SourceSecurityGroupId") or rule.get("DestinationSecurityGroupId")
    prefix_list = rule.get("SourcePrefixListId") or rule.get("DestinationPrefixListId")
    owner = rule.get("SourceSecurityGroupOwnerId")
    peers: dict[str, Any] = {}
    if rule.get("CidrIp"):
        peers["IpRanges"] = [{"CidrIp": rule["CidrIp"], **said}]
    if rule.get("CidrIpv6"):
        peers["Ipv6Ranges"] = [{"CidrIpv6": rule["CidrIpv6"], **said}]
    if prefix_list:
        peers["PrefixListIds"] = [{"PrefixListId": prefix_list, **said}]
    if group:
        peers["UserIdGroupPairs"] = [
            {"GroupId": group, **({"UserId": owner} if owner else {}), **said}
        ]
    if not peers:
        raise Refusal(
            "InvalidParameterValue",
            "a security group's rule needs a peer: a CIDR, a prefix list or a security group",
        )
    return {"IpProtocol": str(rule["IpProtocol"]), **ports, **peers}
