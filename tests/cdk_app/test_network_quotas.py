"""What would pass a quota of AWS is an error that names the setting, its value and the limit."""

from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import pytest
import yaml
from aws_cdk import App

from cdk_app.application import build_foundation
from cdk_app.cluster_acl import cluster_acl
from cdk_app.configuration_files import DIRECTORY
from cdk_app.feature_flags import feature_flags
from cdk_app.network_plan import NetworkPlan
from cdk_app.network_quotas import check_quotas, uses
from cdk_app.settings import Settings
from network_world import network_settings
from synthesised import Synthesised, resources, templates_of


def plan(cluster_subnets: int, workflow_service: int = 1) -> NetworkPlan:
    """With that many subnets of the Workflow Service, none beside another."""
    main = IPv4Network("10.16.0.0/16")
    return NetworkPlan.of(
        services=IPv4Network("10.32.0.0/20"),
        clusters=IPv4Network("10.33.0.0/16"),
        cluster_subnets=cluster_subnets,
        cluster_subnet_prefix=24,
        main_vpc=main,
        workflow_service=list(main.subnets(new_prefix=24))[: 2 * workflow_service : 2],
    )


def check(made: NetworkPlan, *, zones: int = 3) -> None:
    check_quotas(made, zones=zones, session_manager=True)


def test_185_cluster_subnets_fit_into_a_vpc_of_three_zones() -> None:
    check(plan(185))


def test_more_zones_leave_room_for_fewer() -> None:
    with pytest.raises(ValueError, match=r"network.cluster_subnets is 185 with 4 zones.*201.*200"):
        check(plan(185), zones=4)


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (4, r"network.main_vpc.workflow_service_subnets is \[.*10.16.6.0/24.*resources.*500"),
        (9, r"network.main_vpc.workflow_service_subnets is .*inbound rules.*limit is 20"),
    ],
)
def test_more_places_of_the_workflow_service_than_acls_and_stacks_hold_are_refused(
    count: int, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        check(plan(185, workflow_service=count))


def test_three_places_of_the_workflow_service_fit() -> None:
    check(plan(185, workflow_service=3))


@pytest.mark.parametrize("workflow_service", [1, 2, 3])
def test_an_acl_has_as_many_rules_for_185_subnets_as_for_2(workflow_service: int) -> None:
    few, many = plan(2, workflow_service), plan(185, workflow_service)

    rules = {
        len(cluster_acl(made, subnet)) for made in (few, many) for subnet in made.cluster_subnets
    }

    assert len(rules) == 1
    assert rules.pop() <= 15


@pytest.mark.parametrize(
    "what",
    [
        "subnets in the VPC",
        "ACLs in the VPC",
        "inbound rules",
        "outbound rules",
        "resources",
        "routes in",
        "peerings",
        "interface endpoints",
    ],
)
def test_every_quota_is_looked_at(what: str) -> None:
    [use] = [use for use in uses(plan(185), zones=3, session_manager=True) if what in use.what]

    refusal = use.problem()

    assert use.setting.startswith("network.")
    assert all(str(part) in refusal for part in (use.setting, use.value, use.limit))


def test_what_is_expected_of_a_stack_is_what_it_has(environment: Synthesised) -> None:
    settings = environment.configuration.settings
    [expected] = [
        use.needed
        for use in uses(settings.network.plan(), zones=len(settings.zones), session_manager=False)
        if "resources" in use.what
    ]

    found = [
        len(template["Resources"])
        for name, template in environment.stacks().items()
        if name.startswith("ClusterSubnets")
    ]

    assert max(found) == expected


def test_production_has_room_for_185_cluster_subnets(tmp_path: Path) -> None:
    content = yaml.safe_load((DIRECTORY / "production.yaml").read_text())
    content["network"]["cluster_subnets"] = 185
    settings = Settings.model_validate({**content, "environment": "production"})
    app = App(context=feature_flags(), outdir=str(tmp_path))
    build_foundation(app, settings)

    app.synth()

    stacks = templates_of(tmp_path).values()
    subnets = [id_ for stack in stacks for id_ in resources(stack, "AWS::EC2::Subnet")]
    assert max(len(stack["Resources"]) for stack in stacks) <= 500
    assert len([id_ for id_ in subnets if id_.startswith("Subnet")]) == 185


@pytest.mark.parametrize(
    ("main_vpc", "words"),
    [
        ({"vpc_id": "vpc-0123456789abcdef0"}, r"network.main_vpc.*surroundings.*no ids"),
        ({"account": "111111111111"}, "account is 111111111111 and accepter_role_arn None"),
        ({"cidr": "10.33.0.0/16"}, "clusters_cidr 10.33.0.0/16 overlaps main_vpc.cidr"),
    ],
)
def test_a_main_vpc_that_can_not_be_is_refused(main_vpc: dict[str, Any], words: str) -> None:
    subnets = [{"cidr": "10.16.0.0/24"}]
    given = {"cidr": "10.16.0.0/16", "workflow_service_subnets": subnets, **main_vpc}

    with pytest.raises(ValueError, match=words):
        network_settings(4, main_vpc=given)
