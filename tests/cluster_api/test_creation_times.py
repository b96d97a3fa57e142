"""How long a cluster took, and what took it, is told once it can be used."""

from datetime import timedelta

import pytest

from cluster_api.creation_times import creation_times
from cluster_api.errors import AwsUnavailable
from cluster_api.model import StackEvent
from cluster_api_fake_stacks import stack_event
from cluster_api_fake_world import FakeWorld
from cluster_api_fakes import FakeClock
from cluster_api_world import READY, record_of, request

RECORD = record_of()
CLUSTER, LUSTRE = "Custom::ParallelCluster", "AWS::FSx::FileSystem"
LINK, IMPORT = "AWS::FSx::DataRepositoryAssociation", "Custom::MetadataImport"


def lasting(resource: str, type_: str, begun: int, ended: int) -> list[StackEvent]:
    """A resource that is made between these seconds after POST."""
    return [
        stack_event(resource, status, type_=type_, at=FakeClock.time + timedelta(seconds=seconds))
        for status, seconds in (("CREATE_IN_PROGRESS", begun), ("CREATE_COMPLETE", ended))
    ]


def told(*resources: list[StackEvent], until: int) -> dict[str | None, float]:
    """The seconds by phase; those of all under None."""
    end = lasting(RECORD.stack_name, "AWS::CloudFormation::Stack", 2, until)
    events = sorted([*(event for each in resources for event in each), *end], key=lambda e: e.at)
    return {measure.of: measure.value for measure in creation_times(RECORD, events)}


def test_storage_head_node_and_the_rest_are_all_of_it() -> None:
    seconds = told(
        lasting("Reservation", "Custom::Reservation", 2, 10),
        lasting("Lustre", LUSTRE, 10, 310),
        lasting("Link", LINK, 310, 400),
        lasting("Policy", "AWS::IAM::ManagedPolicy", 400, 420),
        lasting("Cluster", CLUSTER, 420, 1020),
        until=1025,
    )

    assert seconds == {None: 1025, "Storage": 390, "HeadNode": 600, "Rest": 35}


def test_links_that_are_made_at_once_count_once() -> None:
    seconds = told(lasting("One", LINK, 0, 60), lasting("Other", LINK, 30, 90), until=100)

    assert seconds["Storage"] == 90


def test_what_the_cluster_doesn_t_wait_for_counts_only_where_it_outlasts_the_cluster() -> None:
    seconds = told(
        lasting("Cluster", CLUSTER, 100, 700), lasting("Import", IMPORT, 100, 900), until=900
    )

    assert seconds == {None: 900, "Storage": 200, "HeadNode": 600, "Rest": 100}


def test_a_history_that_was_lost_leaves_the_time_of_all() -> None:
    seconds = {measure.of: measure.value for measure in creation_times(RECORD, [])}

    assert seconds == {None: 0, "Storage": 0, "HeadNode": 0, "Rest": 0}


def test_a_cluster_that_is_ready_is_measured_once(world: FakeWorld) -> None:
    world.clusters.create(request())
    world.clock.sleep(600)

    stack_id = world.cluster_is_ready()
    world.follower.follow(stack_id)
    world.change(stack_id, "UPDATE_IN_PROGRESS")
    world.change(stack_id, "UPDATE_COMPLETE")

    ready = [each.value for each in world.meter.measures if each.metric.name == "ReadySeconds"]
    assert ready == [600]


def test_a_failed_creation_is_not_measured(world: FakeWorld) -> None:
    world.clusters.create(request())

    world.creation_fails()

    assert world.meter.measures == []


def test_a_cluster_is_ready_though_nobody_can_say_how_long_it_took(
    world: FakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unavailable(_: str) -> None:
        raise AwsUnavailable("CloudFormation", "Throttling")

    world.clusters.create(request())
    stack_id = world.stack_comes_up()
    monkeypatch.setattr(world.stacks, "events", unavailable)

    world.change(stack_id, "CREATE_COMPLETE", outputs=READY)

    assert world.record().state == "CREATE_COMPLETE"
    assert world.meter.measures == []
