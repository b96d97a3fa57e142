"""DELETE: again and again until it is gone; nothing is left behind."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from cluster_api.errors import DeletedMeanwhile
from cluster_api.model import KeyPairs, Record, State
from cluster_api.names import cluster_name
from cluster_api_fake_world import FakeWorld
from cluster_api_fakes import FakeKeys
from cluster_api_world import LAB, request

IDS = {"vlab_id": "lab", "project_id": "project"}


def test_there_is_none(world: FakeWorld) -> None:
    assert world.call("DELETE", **IDS).status == 404


def test_a_cluster_is_deleted_until_it_is_gone(world: FakeWorld) -> None:
    world.call("POST", **IDS)
    stack_id = world.cluster_is_ready()

    first = world.call("DELETE", **IDS)
    second = world.call("DELETE", **IDS)
    shown = world.call("GET", **IDS).body["clusterStatus"]
    still_held = dict(world.registry.leases)
    world.stack_is_deleted(stack_id)

    assert first.status == 200
    assert first.body == second.body
    assert first.body["cluster"] == {
        "clusterName": cluster_name(LAB),
        "clusterStatus": "DELETE_IN_PROGRESS",
        "vlab_id": "lab",
        "project_id": "project",
    }
    assert shown == "DELETE_IN_PROGRESS"
    assert len(still_held) == 1
    assert world.call("DELETE", **IDS).status == world.call("GET", **IDS).status == 404
    world.assert_nothing_left(but_history=True)
    assert len(world.registry.history) == 1


def test_a_failed_creation_is_deleted_at_once(world: FakeWorld) -> None:
    world.call("POST", **IDS)
    world.creation_fails()

    world.call("DELETE", **IDS)

    world.assert_nothing_left(but_history=True)


def test_what_the_stack_s_end_releases_before_the_request_does_was_deleted_by_it() -> None:
    keys = KeysThatAnotherDestroysToo()
    world = FakeWorld(keys=keys)
    world.call("POST", **IDS)
    world.creation_fails()
    keys.world = world

    answer = world.call("DELETE", **IDS)

    assert (answer.status, answer.body["cluster"]["clusterStatus"]) == (200, "DELETE_IN_PROGRESS")
    world.assert_nothing_left(but_history=True)


def test_a_cluster_that_is_made_while_the_one_before_is_released_stays() -> None:
    keys = KeysThatAnotherDestroysToo(then=lambda world: world.call("POST", **IDS))
    world = FakeWorld(keys=keys)
    world.call("POST", **IDS)
    world.creation_fails()
    keys.world = world

    answer = world.call("DELETE", **IDS)

    assert answer.status == 200
    assert world.call("GET", **IDS).body["clusterStatus"] == "CREATE_IN_PROGRESS"


def test_a_creation_in_progress_can_be_deleted(world: FakeWorld) -> None:
    world.call("POST", **IDS)
    stack_id = world.stack_comes_up()

    world.call("DELETE", **IDS)
    world.stack_is_deleted(stack_id)

    world.assert_nothing_left(but_history=True)


def test_a_creation_that_rolls_back_goes_when_it_has(world: FakeWorld) -> None:
    world.call("POST", **IDS)
    stack_id = world.stack_comes_up()
    world.change(stack_id, "ROLLBACK_IN_PROGRESS")

    answer = world.call("DELETE", **IDS)
    world.reservations.let_go(LAB, world.record().creation, stack_id)
    world.change(stack_id, "ROLLBACK_COMPLETE")

    assert answer.status == 200
    world.assert_nothing_left(but_history=True)


class KeysThatAreSlow(FakeKeys):
    """Keys during whose making something else happens."""

    world: FakeWorld

    def make(self, record: Record) -> KeyPairs:
        made = super().make(record)
        self.world.clusters.delete(LAB)
        return made


class KeysThatAnotherDestroysToo(FakeKeys):
    """While the request destroys them, the stack's end arrives, and releases all; `then` comes."""

    def __init__(self, then: Callable[[FakeWorld], object] = lambda _: None) -> None:
        super().__init__()
        self.world: FakeWorld | None = None
        self._then = then

    def destroy(self, cluster_name: str, keys: str) -> None:
        super().destroy(cluster_name, keys)
        world, self.world = self.world, None
        if world is not None:
            world.change(world.record().stack, "DELETE_COMPLETE")
            self._then(world)


@pytest.mark.parametrize("status", ["DELETE_FAILED", "DELETE_IN_PROGRESS"])
def test_a_reservation_that_is_asked_again_after_its_deletion_failed_releases_the_rest(
    world: FakeWorld, status: str
) -> None:
    world.call("POST", **IDS)
    stack_id = world.cluster_is_ready()
    world.call("DELETE", **IDS)
    record = world.record()
    world.registry.free_subnet(replace(record, subnet_id=None), record)
    world.keys.destroy(record.cluster_name, record.keys)
    world.change(stack_id, "DELETE_FAILED")
    world.stacks.become(stack_id, status)

    world.reservations.let_go(LAB, record.creation, stack_id)

    assert world.call("GET", **IDS).status == 404
    assert world.registry.leases == {}
    assert world.keys.secrets == {}


def test_a_reservation_that_is_asked_again_after_a_deletion_by_hand_releases_all(
    world: FakeWorld,
) -> None:
    world.call("POST", **IDS)
    stack_id = world.cluster_is_ready()
    world.stacks.become(stack_id, "DELETE_FAILED")

    world.reservations.let_go(LAB, world.record().creation, stack_id)

    assert world.call("GET", **IDS).status == 404
    assert world.registry.leases == {}
    assert world.keys.secrets == {}


def test_a_release_that_died_half_way_gives_nobody_keys_that_are_gone() -> None:
    world = FakeWorld(keys=KeysThatDie())
    world.call("POST", **IDS)
    stack_id = world.cluster_is_ready()
    world.stacks.delete(stack_id)

    with pytest.raises(KeyboardInterrupt):
        world.reservations.let_go(LAB, world.record().creation, stack_id)

    assert world.keys.secrets == {}
    assert world.call("GET", **IDS).body["clusterStatus"] == "DELETE_IN_PROGRESS"
    assert world.call("POST", **IDS).status == 409


def test_a_delete_during_the_post_undoes_it(world: FakeWorld) -> None:
    keys = KeysThatAreSlow()
    slow = FakeWorld(keys=keys)
    keys.world = slow

    with pytest.raises(DeletedMeanwhile):
        slow.clusters.create(request())

    slow.assert_nothing_left()


def test_a_stack_launched_after_the_delete_rolls_back_and_goes(world: FakeWorld) -> None:
    world.clusters.create(request())
    record = world.record()
    stack = world.stacks.find(record.stack_name)
    assert stack is not None
    deleted = type(record)(**{**vars(record), "state": State.DELETE_IN_PROGRESS})
    world.registry.save(deleted, record)

    with pytest.raises(Exception, match="not wanted any more"):
        world.reservations.hold(LAB, record.creation, stack.id)
    world.change(stack.id, "ROLLBACK_IN_PROGRESS")
    world.change(stack.id, "ROLLBACK_COMPLETE")
    world.change(stack.id, "DELETE_COMPLETE")

    world.assert_nothing_left(but_history=True)


def test_a_request_that_died_before_its_stack_is_released(world: FakeWorld) -> None:
    world.clusters.create(request())
    world.stacks.stacks.clear()
    world.clock.time += timedelta(minutes=1)

    world.call("DELETE", **IDS)

    world.assert_nothing_left(but_history=True)


def test_without_events_another_delete_ends_it(world: FakeWorld) -> None:
    world.call("POST", **IDS)
    stack_id = world.cluster_is_ready()
    world.call("DELETE", **IDS)
    world.stacks.become(stack_id, "DELETE_COMPLETE")

    world.call("DELETE", **IDS)

    world.assert_nothing_left(but_history=True)


def test_one_cluster_goes_and_the_other_stays_as_it_was(world: FakeWorld) -> None:
    world.call("POST", **IDS)
    world.call("POST", vlab_id="lab", project_id="other")
    before = world.call("GET", vlab_id="lab", project_id="other").body
    stack_id = world.cluster_is_ready()

    world.call("DELETE", **IDS)
    world.stack_is_deleted(stack_id)

    assert world.call("GET", vlab_id="lab", project_id="other").body == before
    world.assert_consistent()


class KeysThatDie(FakeKeys):
    """The process ends after it has destroyed the keys."""

    def destroy(self, cluster_name: str, keys: str) -> None:
        super().destroy(cluster_name, keys)
        raise KeyboardInterrupt
