"""Who can reach whom, computed from the templates, is what the table says by hand."""

from collections import Counter
from itertools import product
from pathlib import Path

import pytest

from closed_vpc import closed_vpc_differences
from deployed_templates import DeployedTemplates
from network_facts import Probe
from network_world import NetworkWorld
from networks import Networks
from reachability import Host, Stop, stops
from reachability_differences import differences
from synthesised import Synthesised
from tools.reachability import load, render

OTHERS = {
    "Workflow Service",
    "its neighbours",
    "rest of the Main VPC",
    "Keycloak",
    "internet",
    "S3",
    "DynamoDB",
}
HASH = 8
"""How many characters of a logical id are none of its construct's."""
DOCUMENT = Path(__file__).parents[2] / "docs" / "reachability.md"


@pytest.fixture(
    scope="session",
    params=[(2, False), (16, False), (185, False), (2, True)],
    ids=lambda world: f"{world[0]} subnets{' and Keycloak' * world[1]}",
)
def world(request: pytest.FixtureRequest, networks: Networks) -> NetworkWorld:
    cluster_subnets, keycloak = request.param
    return networks.of(cluster_subnets, keycloak=keycloak)


def test_everybody_reaches_whom_the_table_says_and_nobody_else(world: NetworkWorld) -> None:
    assert differences(world, load()) == []


def test_every_acl_has_the_rules_that_stand_here_by_hand(world: NetworkWorld) -> None:
    assert closed_vpc_differences(world) == []


def test_no_cluster_subnet_reaches_another_whatever_groups_allow(world: NetworkWorld) -> None:
    """By ACLs alone: the first and the last subnets of each stack, with each other."""
    facts = world.facts()
    subnets = [name for name in facts.subnets if name.startswith("ClusterSubnets")]
    chosen = [
        Host(name=name, address=facts.subnets[name].cidr[10], subnet=name)
        for position, name in enumerate(subnets)
        if position % 25 in {0, 1, 24} or name == subnets[-1]
    ]

    found = {
        (one.name, other.name): stops(facts, one, other, Probe(port=port))
        for one, other in product(chosen, chosen)
        if one != other
        for port in (22, 443, 988, 2049, 40000, None)
    }

    acls = {Stop.SOURCE_ACL, Stop.SOURCE_ACL_BACK, Stop.TARGET_ACL, Stop.TARGET_ACL_BACK}
    assert {pair: by for pair, by in found.items() if by != acls} == {}


@pytest.mark.parametrize("keycloak", [False, True])
def test_every_pair_stands_in_one_row(networks: Networks, *, keycloak: bool) -> None:
    rows = Counter(pair for row in load() for pair in row.pairs(keycloak=keycloak))
    names = networks.of(2, keycloak=keycloak).hosts().keys()

    pairs = {(one, other) for one, other in product(names, names) if one != other}

    assert {name for pair in rows for name in pair} == {*names}
    assert [pair for pair, times in rows.items() if times > 1] == []
    assert {(one, other) for one, other in pairs - rows.keys() if not_ours(one, other)} == (
        pairs - rows.keys()
    )


def not_ours(one: str, other: str) -> bool:
    """Services of AWS call nobody; the rest is between others' hosts."""
    return one in {"S3", "DynamoDB"} or {one, other} <= OTHERS


def test_each_function_in_the_vpc_has_the_group_that_the_table_speaks_of(
    sandbox: Synthesised,
) -> None:
    """It has all of them; hosts of the table have groups, and are told no functions."""
    templates = DeployedTemplates(templates=sandbox.stacks(), parameters={})

    found = {
        name.removeprefix("Provisioner.")[:-HASH]: {
            group[:-HASH] for group in it["VpcConfig"]["SecurityGroupIds"]
        }
        for name, it in templates.resources("AWS::Lambda::Function")
        if "VpcConfig" in it
    }

    assert found == {
        "AccountingFunction": {"Network.SecurityGroupsAccountingFunctions"},
        "AccountingPurge": {"Network.SecurityGroupsAccountingFunctions"},
        "AccountingUsage": {"Network.SecurityGroupsAccountingFunctions"},
        "DirectoryRetentionPasses": {"Network.SecurityGroupsDirectoryRetention"},
        "RealmKeysFunction": {"Network.KeycloakFunction"},
    }


def test_the_document_is_the_table() -> None:
    assert DOCUMENT.read_text() == render(load()), (
        "run: .venv/bin/python -m tools.reachability docs/reachability.md"
    )
