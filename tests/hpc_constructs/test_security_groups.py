"""Groups that let out what their rules say, and no more."""

from typing import Any

import pytest
from aws_cdk import App, Stack, assertions
from aws_cdk import aws_ec2 as ec2

from hpc_constructs import ClosedSecurityGroup, NodeSecurityGroup


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    stack = Stack(App(), "Stack")
    vpc = ec2.Vpc(stack, "Vpc", nat_gateways=0)
    one = ClosedSecurityGroup(stack, "One", vpc=vpc, description="one")
    NodeSecurityGroup(stack, "Nodes", vpc=vpc)
    one.connections.allow_to(
        ClosedSecurityGroup(stack, "Other", vpc=vpc, description="other"), ec2.Port.tcp(443)
    )
    return dict(assertions.Template.from_stack(stack).to_json()["Resources"])


def of(template: dict[str, Any], type_: str) -> list[dict[str, Any]]:
    return [r["Properties"] for r in template.values() if r["Type"] == f"AWS::EC2::{type_}"]


def test_no_group_keeps_ec2_s_rule_that_lets_everything_out(template: dict[str, Any]) -> None:
    """CloudFormation drops it for a rule of the group's own, not for one in another resource."""
    groups = of(template, "SecurityGroup")

    assert len(groups) == 3
    for group in groups:
        assert [rule["CidrIp"] for rule in group["SecurityGroupEgress"]] == ["255.255.255.255/32"]


def test_nodes_of_one_cluster_talk_to_each_other_over_every_protocol(
    template: dict[str, Any],
) -> None:
    [inwards] = [r for r in of(template, "SecurityGroupIngress") if r["IpProtocol"] == "-1"]
    [outwards] = [r for r in of(template, "SecurityGroupEgress") if r["IpProtocol"] == "-1"]

    assert inwards["GroupId"] == inwards["SourceSecurityGroupId"] == outwards["GroupId"]
    assert outwards["GroupId"] == outwards["DestinationSecurityGroupId"]
