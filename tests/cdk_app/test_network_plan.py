"""The VPC's ranges are cut without overlap, and a subnet keeps its number."""

from ipaddress import IPv4Network
from itertools import combinations
from typing import Any

import pytest

from cdk_app.network_plan import SUBNETS_A_STACK, ZONES_AT_MOST, NetworkPlan, Service
from synthesised import Synthesised, resources


def plan(
    *,
    count: int = 60,
    prefix: int = 24,
    clusters: str = "10.49.0.0/16",
    services: str = "10.48.0.0/20",
    main: str | None = "10.20.0.0/16",
    workflow_service: tuple[str, ...] = ("10.20.0.0/24",),
) -> NetworkPlan:
    return NetworkPlan.of(
        services=IPv4Network(services),
        clusters=IPv4Network(clusters),
        main_vpc=IPv4Network(main) if main else None,
        workflow_service=[IPv4Network(range_) for range_ in workflow_service],
        cluster_subnets=count,
        cluster_subnet_prefix=prefix,
    )


def test_185_subnets_take_8_stacks_of_at_most_25() -> None:
    shards = plan(count=185).shards()

    assert len(shards) == 8
    assert max(map(len, shards)) == SUBNETS_A_STACK == 25
    assert [number for shard in shards for number, _ in shard] == list(range(1, 186))


def test_a_subnet_keeps_its_number_and_range_when_others_are_added() -> None:
    few, many = plan(count=30), plan(count=60)

    assert many.cluster_subnets[:30] == few.cluster_subnets
    assert many.shards()[0] == few.shards()[0]


def test_no_two_subnets_overlap() -> None:
    subnets = plan(count=185).cluster_subnets

    assert not any(one.overlaps(other) for one, other in combinations(subnets, 2))


@pytest.mark.parametrize(
    ("ranges", "words"),
    [
        (
            {"clusters": "10.48.0.0/16"},
            ["services_cidr 10.48.0.0/20", "overlaps clusters_cidr 10.48.0.0/16", "apart"],
        ),
        (
            {"clusters": "10.20.0.0/16"},
            ["clusters_cidr 10.20.0.0/16", "overlaps main_vpc.cidr 10.20.0.0/16", "apart"],
        ),
        (
            {"services": "10.20.16.0/20"},
            ["services_cidr 10.20.16.0/20", "overlaps main_vpc.cidr", "apart"],
        ),
        ({"services": "10.48.0.0/24"}, ["services_cidr 10.48.0.0/24", "/16", "/23"]),
        ({"clusters": "10.64.0.0/15"}, ["clusters_cidr 10.64.0.0/15", "/16", "/27"]),
        ({"clusters": "172.16.0.0/16"}, ["clusters_cidr 172.16.0.0/16", "both", "172.16.0.0/12"]),
        ({"clusters": "100.64.0.0/16"}, ["clusters_cidr 100.64.0.0/16", "nor public"]),
        (
            {"workflow_service": ("10.21.0.0/24",)},
            ["main_vpc.workflow_service_subnets 10.21.0.0/24", "not in main_vpc.cidr"],
        ),
        (
            {"workflow_service": ("10.20.0.0/24", "10.20.0.128/25")},
            ["workflow_service_subnets 10.20.0.0/24 overlaps 10.20.0.128/25", "once"],
        ),
    ],
)
def test_ranges_that_do_not_fit_are_named_with_what_is_allowed(
    ranges: dict[str, Any], words: list[str]
) -> None:
    with pytest.raises(ValueError) as refused:
        plan(**ranges)

    assert [word for word in words if word not in str(refused.value)] == []


def test_no_two_parts_of_the_vpc_overlap() -> None:
    made = plan(services="10.48.0.0/23")

    subnets = [
        made.service_subnet(service, zone) for service in Service for zone in range(ZONES_AT_MOST)
    ]

    assert not any(one.overlaps(other) for one, other in combinations(subnets, 2))
    assert all(subnet.subnet_of(made.services) for subnet in subnets)
    assert {subnet.prefixlen for subnet in subnets} == {28}


def test_a_service_s_subnet_stays_where_it_is_when_a_zone_is_added() -> None:
    made = plan()

    assert str(made.service_subnet(Service.DATABASE, 0)) == "10.48.4.0/25"
    assert str(made.service_subnet(Service.DATABASE, 1)) == "10.48.4.128/25"
    assert str(made.block(Service.STORAGE)) == "10.48.8.0/22"


def test_neighbouring_subnets_of_the_workflow_service_are_one_range() -> None:
    made = plan(workflow_service=("10.20.0.0/24", "10.20.1.0/24", "10.20.4.0/24"))

    assert [str(range_) for range_ in made.workflow_service] == ["10.20.0.0/23", "10.20.4.0/24"]


@pytest.mark.parametrize(("clusters", "room"), [("10.49.0.0/20", 16), ("10.49.0.0/25", 1)])
def test_a_range_that_is_too_small_says_for_how_many_it_has_room(clusters: str, room: int) -> None:
    with pytest.raises(ValueError, match=f"room for {room} subnets of /24.*cluster_subnets is 60"):
        plan(clusters=clusters)


def test_subnets_are_named_by_their_numbers(environment: Synthesised) -> None:
    expected = environment.configuration.settings.network.cluster_subnets

    found = [
        id_
        for name, template in environment.stacks().items()
        if name.startswith("ClusterSubnets")
        for id_ in resources(template, "AWS::EC2::Subnet")
    ]

    assert sorted(found) == [f"Subnet{number:03}" for number in range(1, expected + 1)]
