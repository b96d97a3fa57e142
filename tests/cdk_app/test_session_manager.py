"""Nodes answer Session Manager where settings say so; what they may is in tenants.yaml."""

import json
from typing import Any

from cloudformation_values import resolved
from longest_values import LongestValues
from synthesised import Synthesised, Template, resources

MANAGED_POLICY_CHARACTERS = 6144
SERVICES = ("ssm:", "ssmmessages:", "ec2messages:")

Statement = dict[str, Any]


def statements(template: Template) -> list[Statement]:
    """Those of the template's managed policies, which are clusters' alone."""
    return [
        statement
        for policy in resources(template, "AWS::IAM::ManagedPolicy").values()
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
    ]


def of_sessions(template: Template) -> list[Statement]:
    """Those about Systems Manager."""
    return [
        one
        for one in statements(template)
        if any(f'"{service}' in json.dumps(one["Action"]) for service in SERVICES)
    ]


def with_nodes_policies(synthesised: Synthesised) -> dict[str, Template]:
    """The stack that has the boundary, and the templates of clusters."""
    return {"boundary": synthesised.stacks()["Provisioner"], **synthesised.published()}


def test_no_node_answers_unless_the_settings_ask_for_it(local: Synthesised) -> None:
    templates = with_nodes_policies(local)

    assert [name for name, template in templates.items() if of_sessions(template)] == []


def test_each_cluster_and_the_boundary_let_nodes_answer_where_they_do(
    session_manager: Synthesised,
) -> None:
    templates = with_nodes_policies(session_manager)

    assert [name for name, template in templates.items() if not of_sessions(template)] == []


def test_the_longest_boundary_has_room_for_it(
    sandbox: Synthesised, session_manager: Synthesised
) -> None:
    asked = of_sessions(session_manager.stacks()["Provisioner"])
    boundary = {
        "Version": "2012-10-17",
        "Statement": [*statements(sandbox.stacks()["Provisioner"]), *asked],
    }

    longest = resolved(boundary, LongestValues(sandbox.stacks().values()))

    assert len(json.dumps(longest, separators=(",", ":"))) < MANAGED_POLICY_CHARACTERS
