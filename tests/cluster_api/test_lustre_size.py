"""How large and how fast Lustre is may be asked for; else it is as the tier has it."""

import pytest

from cluster_api_fake_world import FakeWorld
from cluster_api_world import LAB

IDS = {"vlab_id": LAB.vlab_id, "project_id": LAB.project_id}
CAPACITY, THROUGHPUT = "lustre_capacity_gib", "lustre_throughput_mb_s_per_tib"
SIZE = {CAPACITY: "4800", THROUGHPUT: "250"}
TOLD = {"LustreCapacityGib", "LustreThroughput"}


def launched(world: FakeWorld) -> dict[str, str]:
    """What the only stack's template was told of Lustre."""
    (launch,) = world.stacks.launches
    return {name: text for name, text in launch.parameters.items() if name in TOLD}


def test_the_template_is_told_the_size_that_is_asked_for(world: FakeWorld) -> None:
    answer = world.call("POST", **IDS, **SIZE)

    assert answer.status == 200
    assert launched(world) == {"LustreCapacityGib": "4800", "LustreThroughput": "250"}


def test_the_template_keeps_its_own_for_what_is_not_asked_for(world: FakeWorld) -> None:
    world.call("POST", **IDS, **{THROUGHPUT: "1000"})

    assert launched(world) == {"LustreThroughput": "1000"}


@pytest.mark.parametrize("capacity", [1200, 2400, 4800, 7200, 100_800, 2400.0])
def test_a_body_gives_numbers(world: FakeWorld, capacity: float) -> None:
    answer = world.call("POST", body={**IDS, CAPACITY: capacity, THROUGHPUT: 125})

    assert answer.status == 200
    assert world.record().lustre_capacity_gib == capacity
    assert world.record().lustre_throughput_mb_s_per_tib == 125


def test_query_and_body_may_agree_and_not_differ(world: FakeWorld) -> None:
    differing = world.call("POST", body={CAPACITY: 2400}, **IDS, **SIZE)
    agreeing = world.call("POST", body={CAPACITY: 4800}, **IDS, **SIZE)

    assert (differing.status, agreeing.status) == (400, 200)
    assert CAPACITY in str(differing.body["message"])


@pytest.mark.parametrize("capacity", [0, -2400, 1, 3600, 2401, 103_200, 1e300, True, None, "2400"])
def test_another_capacity_is_named_with_what_is_allowed(world: FakeWorld, capacity: object) -> None:
    answer = world.call("POST", body={**IDS, CAPACITY: capacity})

    assert answer.status == 400
    assert f"Parameter {CAPACITY} is " in str(answer.body["message"])
    assert "1200, or a multiple of 2400 up to 100800" in str(answer.body["message"])


@pytest.mark.parametrize("throughput", [0, 100, 126, 2000, 125.5, False, [125], "125"])
def test_another_throughput_is_named_with_what_is_allowed(
    world: FakeWorld, throughput: object
) -> None:
    answer = world.call("POST", body={**IDS, THROUGHPUT: throughput})

    assert answer.status == 400
    assert f"Parameter {THROUGHPUT} is " in str(answer.body["message"])
    assert "one of 125, 250, 500, 1000" in str(answer.body["message"])


@pytest.mark.parametrize(
    "text", ["", "2400.0", "02400", "+2400", " 2400", "2_400", "٢٤٠٠", "9" * 99]
)
def test_a_query_has_plain_digits(world: FakeWorld, text: str) -> None:
    answer = world.call("POST", **IDS, **{CAPACITY: text})

    assert answer.status == 400
    assert CAPACITY in str(answer.body["message"])


@pytest.mark.parametrize("size", [{CAPACITY: "2400"}, {THROUGHPUT: "125"}])
def test_without_lustre_there_is_no_size_to_ask_for(world: FakeWorld, size: dict[str, str]) -> None:
    answer = world.call("POST", **IDS, **size, include_lustre="false")

    assert answer.status == 400
    assert "include_lustre=false" in str(answer.body["message"])


@pytest.mark.parametrize(
    ("first", "second", "named"),
    [
        ({}, {CAPACITY: "2400"}, f'{CAPACITY} is "the tier\'s", asked for was 2400'),
        (SIZE, SIZE | {CAPACITY: "2400"}, f"{CAPACITY} is 4800, asked for was 2400"),
        (SIZE, SIZE | {THROUGHPUT: "500"}, f"{THROUGHPUT} is 250, asked for was 500"),
        (SIZE, {CAPACITY: "4800"}, f'{THROUGHPUT} is 250, asked for was "the tier\'s"'),
    ],
)
def test_another_size_is_a_conflict_that_names_it(
    world: FakeWorld, first: dict[str, str], second: dict[str, str], named: str
) -> None:
    world.call("POST", **IDS, **first)

    differing = world.call("POST", **IDS, **second)
    same = world.call("POST", **IDS, **first)

    assert (differing.status, same.status) == (409, 200)
    assert named in str(differing.body["message"])


def test_a_creation_that_failed_is_repeated_with_its_size(world: FakeWorld) -> None:
    world.call("POST", **IDS, **SIZE)
    world.creation_fails()

    answer = world.call("POST", **IDS, **SIZE)

    assert answer.status == 200
    assert world.stacks.launches[-1].parameters["LustreCapacityGib"] == "4800"
    assert world.stacks.launches[-1].parameters["LustreThroughput"] == "250"


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        (SIZE, {"capacityGib": 4800, "throughputMbPerSecondPerTib": 250}),
        ({}, {"capacityGib": None, "throughputMbPerSecondPerTib": None}),
        ({"include_lustre": "false"}, None),
    ],
)
def test_get_tells_what_was_asked_for(
    world: FakeWorld, parameters: dict[str, str], told: object
) -> None:
    world.call("POST", **IDS, **parameters)

    assert world.call("GET", **IDS).body["lustre"] == told
