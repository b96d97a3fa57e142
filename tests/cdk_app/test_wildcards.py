"""No action is `*`, and on everything is only what knows no resource: wildcards.yaml."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from environment_roles import EnvironmentRoles
from role_policies import short
from service_authorization import resource_types
from synthesised import Synthesised, resources

TABLE = yaml.safe_load(Path(__file__).with_name("wildcards.yaml").read_text())


@pytest.fixture
def granted(environment: Synthesised) -> EnvironmentRoles:
    return EnvironmentRoles.of(environment)


def allowing(granted: EnvironmentRoles) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every statement that allows something, with the name of its role or managed policy."""
    for name, role in granted.roles().items():
        for document in role.principal.policies:
            yield from ((name, statement) for statement in document["Statement"])
    for template in granted.templates.values():
        for id_, policy in resources(template, "AWS::IAM::ManagedPolicy").items():
            for statement in policy["Properties"]["PolicyDocument"]["Statement"]:
                yield short(id_), statement


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def test_an_action_with_a_wildcard_has_a_reason(granted: EnvironmentRoles) -> None:
    found = {
        (name, action)
        for name, statement in allowing(granted)
        for action in listed(statement["Action"])
        if "*" in action
    }

    assert found == {(name, action) for name, rows in TABLE["actions"].items() for action in rows}


def test_on_everything_is_only_what_knows_no_resource(granted: EnvironmentRoles) -> None:
    found = {
        action
        for _, statement in allowing(granted)
        if "*" in listed(statement["Resource"])
        for action in listed(statement["Action"])
        if "*" not in action and resource_types(action)
    }

    assert found == set(TABLE["on_everything"])


def test_every_action_is_one_of_aws_s(granted: EnvironmentRoles) -> None:
    for _, statement in allowing(granted):
        for action in listed(statement["Action"]):
            if "*" not in action:
                resource_types(action)


def test_nothing_is_allowed_by_leaving_out(granted: EnvironmentRoles) -> None:
    """NotAction and NotResource allow what nobody thought of."""
    assert not [s for _, s in allowing(granted) if {"NotAction", "NotResource"} & s.keys()]


def test_a_policy_of_aws_s_has_a_reason(granted: EnvironmentRoles) -> None:
    found = {
        (name, arn.removeprefix("arn:aws:iam::aws:policy/"))
        for name, role in granted.roles().items()
        for arn in role.managed
    }

    assert found == {(name, policy) for name, rows in TABLE["managed"].items() for policy in rows}
    assert not [
        policy for _, policy in found if "Administrator" in policy or "FullAccess" in policy
    ]
