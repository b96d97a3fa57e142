"""The VPC's ranges are cut without overlap, and a subnet keeps its number."""

from ipaddress import IPv4Network
from itertools import combinations

import pytest

from cdk_app.network_plan import SUBNETS_A_STACK, NetworkPlan
from synthesised import Synthesised, resources


def plan(
    *,
    count: int = 60,
    prefix: int = 24,
    clusters: str = "10.49.0.0/16",
    outside: str = "10.20.0.0/24",
) -> NetworkPlan:
    return NetworkPlan.of(
        services=IPv4Network("10.48.0.0/20"),
        clusters=IPv4Network(clusters),
        outside=IPv4Network(outside),
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
    ("clusters", "outside", "words"),
    [
        ("10.48.0.0/16", "10.20.0.0/24", ["services_cidr", "10.48.0.0/20", "clusters_cidr"]),
        ("10.49.0.0/16", "10.49.3.0/24", ["clusters_cidr", "workflow_service_cidr 10.49.3.0/24"]),
    ],
)
def test_ranges_that_overlap_are_named(clusters: str, outside: str, words: list[str]) -> None:
    with pytest.raises(ValueError, match="overlaps") as refused:
        plan(clusters=clusters, outside=outside)

    assert all(word in str(refused.value) for word in [*words, "choose ranges apart"])


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
