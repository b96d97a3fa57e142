"""Endpoints let this account's principals through to its resources, and are where they are used."""

from pathlib import Path

import pytest

from cdk_app.endpoint_services import interface_services
from endpoint_expectations import INTERFACES, SESSION_MANAGER, endpoint_differences
from network_world import network_settings
from networks import Networks
from synthesised import Synthesis, Synthesised, resources

DOCUMENT = Path(__file__).parents[2] / "docs" / "network.md"
HOURS_A_MONTH, DOLLARS_AN_HOUR = 730, 0.01


def test_every_endpoint_lets_through_what_stands_there_by_hand(networks: Networks) -> None:
    assert endpoint_differences(networks.of(2)) == []


def test_every_environment_has_the_same_ones_each_with_a_policy(environment: Synthesised) -> None:
    found = resources(environment.stacks()["Endpoints"], "AWS::EC2::VPCEndpoint")

    services = {
        it["Properties"]["ServiceName"].rpartition(".")[2]: it["Properties"]
        for it in found.values()
    }

    assert services.keys() == INTERFACES | {"s3", "dynamodb"}
    assert all(it["PolicyDocument"]["Statement"] for it in services.values())
    assert all(services[name]["PrivateDnsEnabled"] is True for name in INTERFACES)


def test_session_manager_takes_three_more() -> None:
    without = interface_services(session_manager=False)

    with_it = interface_services(session_manager=True)

    assert set(with_it.values()) - set(without.values()) == SESSION_MANAGER


@pytest.mark.parametrize(("subnets", "zones"), [(2, ["a", "b"]), (4, ["a", "b", "c"])])
def test_only_zones_with_cluster_subnets_have_interfaces(subnets: int, zones: list[str]) -> None:
    plan = network_settings(subnets).network.plan()

    assert plan.zones_in_use(["a", "b", "c"]) == zones


@pytest.mark.parametrize("name", ["sandbox", "production"])
def test_the_document_says_what_interfaces_cost_a_month(name: str, synthesis: Synthesis) -> None:
    synthesised = synthesis.of(name)
    found = resources(synthesised.stacks()["Endpoints"], "AWS::EC2::VPCEndpoint").values()
    subnets = [it["Properties"].get("SubnetIds", []) for it in found]
    interfaces, zones = sum(bool(ids) for ids in subnets), len(max(subnets, key=len))

    dollars = sum(map(len, subnets)) * HOURS_A_MONTH * DOLLARS_AN_HOUR

    assert f"| `{name}` | {interfaces} | {zones} | {dollars:.2f} |" in DOCUMENT.read_text()
