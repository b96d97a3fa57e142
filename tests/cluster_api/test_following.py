"""The registry follows the stacks, whatever comes, in whatever order."""

from collections.abc import Callable

import pytest

from cluster_api.errors import ReservationRefused
from cluster_api.model import Stack, State
from cluster_api_fake_stacks import FakeStacks
from cluster_api_fake_world import FakeWorld
from cluster_api_world import LAB, request


def test_a_ready_stack_fills_the_record(world: FakeWorld) -> None:
    world.clusters.create(request())

    world.cluster_is_ready()

    record = world.record()
    assert record.state is State.CREATE_COMPLETE
    assert record.head_node is not None
    assert record.head_node.private_ip_address == "10.0.0.7"
    assert record.fsx_id == "fs-1"


def test_a_failure_frees_the_subnet_and_keeps_keys_and_record(world: FakeWorld) -> None:
    world.clusters.create(request())

    world.creation_fails()

    assert world.record().state is State.CREATE_FAILED
    assert world.record().subnet_id is None
    assert world.registry.leases == {}
    assert len(world.keys.secrets) == 2


def test_a_failure_is_told_by_its_first_cause(world: FakeWorld) -> None:
    world.clusters.create(request())
    stack_id = world.stack_comes_up()
    world.stacks.fail(stack_id, "Cluster", "CREATE_FAILED", "Error: Bad\n\nLogs: /aws/x")

    world.change(stack_id, "ROLLBACK_IN_PROGRESS", reason="[Cluster] failed to create")

    assert [each.reason for each in world.record().failures] == ["Cluster: Bad"]


def test_a_failure_is_told_though_all_events_were_lost(world: FakeWorld) -> None:
    world.clusters.create(request())
    stack_id = world.stack_comes_up()
    world.stacks.become(stack_id, "ROLLBACK_IN_PROGRESS", reason="[Cluster] failed to create")

    world.reservations.let_go(LAB, world.record().creation, stack_id)

    assert [each.reason for each in world.record().failures] == ["[Cluster] failed to create"]


def test_the_same_event_again_changes_nothing(world: FakeWorld) -> None:
    world.clusters.create(request())
    stack_id = world.cluster_is_ready()
    record = world.record()

    world.follower.follow(stack_id)

    assert world.record() == record


class OutpacedStacks(FakeStacks):
    """Stacks during whose description a second listener is faster."""

    overtake: Callable[[], None] | None = None

    def find(self, stack: str) -> Stack | None:
        described = super().find(stack)
        if self.overtake is not None and described is not None:
            overtake, self.overtake = self.overtake, None
            overtake()
        return described


def test_a_listener_that_was_overtaken_does_not_turn_the_registry_back() -> None:
    stacks = OutpacedStacks()
    world = FakeWorld(stacks=stacks)
    world.clusters.create(request())
    stack_id = world.stack_comes_up()

    def overtake() -> None:
        stacks.overtake = first_of_two
        world.follower.follow(stack_id)

    def first_of_two() -> None:
        world.change(stack_id, "ROLLBACK_IN_PROGRESS", reason="No capacity")
        world.reservations.let_go(LAB, world.record().creation, stack_id)

    stacks.overtake = overtake
    world.follower.follow(stack_id)

    assert world.record().state is State.CREATE_FAILED
    assert world.record().subnet_id is None
    world.assert_consistent()


def test_a_stack_of_somebody_else_is_left_alone(world: FakeWorld) -> None:
    world.clusters.create(request())
    (launch,) = world.stacks.launches
    world.stacks.launch(type(launch)(**{**vars(launch), "stack_name": "other", "tags": {}}))
    stack = world.stacks.find("other")
    assert stack is not None

    world.change(stack.id, "ROLLBACK_COMPLETE")

    assert world.stacks.stacks[stack.id].status == "ROLLBACK_COMPLETE"
    assert world.record().state is State.CREATE_IN_PROGRESS


def test_a_rolled_back_stack_of_an_earlier_creation_is_deleted(world: FakeWorld) -> None:
    world.clusters.create(request())
    stack_id = world.creation_fails()
    world.clusters.create(request())
    world.stacks.become(stack_id, "ROLLBACK_COMPLETE")
    retry = world.record()

    world.follower.follow(stack_id)

    assert world.stacks.stacks[stack_id].status == "DELETE_IN_PROGRESS"
    assert world.record() == retry


def test_the_end_of_a_failed_stack_does_not_end_the_record(world: FakeWorld) -> None:
    world.clusters.create(request())
    stack_id = world.creation_fails()

    world.change(stack_id, "DELETE_IN_PROGRESS")
    world.change(stack_id, "DELETE_COMPLETE")

    assert world.record().state is State.CREATE_FAILED
    assert len(world.keys.secrets) == 2


def test_a_stack_deleted_by_hand_releases_all(world: FakeWorld) -> None:
    world.clusters.create(request())
    stack_id = world.cluster_is_ready()

    world.change(stack_id, "DELETE_IN_PROGRESS")
    world.stack_is_deleted(stack_id)

    world.assert_nothing_left(but_history=True)


def test_a_reservation_whose_delete_never_came_is_made_up_for(world: FakeWorld) -> None:
    world.clusters.create(request())
    stack_id = world.cluster_is_ready()
    world.clusters.delete(LAB)

    world.change(stack_id, "DELETE_COMPLETE")

    world.assert_nothing_left(but_history=True)


def test_a_rolled_back_stack_frees_the_subnet_though_its_reservation_failed(
    world: FakeWorld,
) -> None:
    world.clusters.create(request())
    stack = world.stacks.find(world.record().stack_name)
    assert stack is not None

    world.change(stack.id, "ROLLBACK_COMPLETE", reason="The reservation failed")

    assert world.record().state is State.CREATE_FAILED
    assert world.record().subnet_id is None
    assert world.registry.leases == {}


def test_a_reservation_is_taken_as_often_as_it_is_asked(world: FakeWorld) -> None:
    world.clusters.create(request())
    stack_id = world.stack_comes_up()
    record = world.record()

    world.reservations.hold(LAB, record.creation, stack_id)

    assert world.record() == record


def test_a_reservation_of_an_unknown_creation_is_refused(world: FakeWorld) -> None:
    with pytest.raises(ReservationRefused, match="no cluster"):
        world.reservations.hold(LAB, "00000000", "stack")

    world.clusters.create(request())
    with pytest.raises(ReservationRefused, match="creation"):
        world.reservations.hold(LAB, "00000000", "stack")


def test_letting_go_of_what_is_gone_succeeds(world: FakeWorld) -> None:
    world.reservations.let_go(LAB, "00000000", "stack")

    world.assert_nothing_left()


def test_an_update_of_the_stack_keeps_the_subnet(world: FakeWorld) -> None:
    world.clusters.create(request())
    stack_id = world.cluster_is_ready()
    world.stacks.become(stack_id, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")

    world.reservations.let_go(LAB, world.record().creation, stack_id)

    assert len(world.registry.leases) == 1
