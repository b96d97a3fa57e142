"""A deletion that fails: it says why each time, and can be tried again."""

import pytest

from cluster_api_fake_world import FakeWorld

IDS = {"vlab_id": "lab", "project_id": "project"}


def test_a_failed_deletion_can_be_tried_again(world: FakeWorld) -> None:
    world.call("POST", **IDS)
    stack_id = world.cluster_is_ready()
    world.call("DELETE", **IDS)
    world.change(stack_id, "DELETE_FAILED", reason="An interface is in use")

    shown = world.call("GET", **IDS).body
    world.call("DELETE", **IDS)
    world.stack_is_deleted(stack_id)

    assert shown["clusterStatus"] == "DELETE_FAILED"
    assert "An interface is in use" in str(shown["failures"])
    world.assert_nothing_left(but_history=True)


def fails_to_go(world: FakeWorld, stack_id: str, reason: str) -> list[str]:
    """A deletion that was begun fails; what GET says of it."""
    world.follower.follow(stack_id)
    world.stacks.fail(stack_id, "Cluster", "DELETE_FAILED", reason)
    world.change(stack_id, "DELETE_FAILED", reason="[Cluster] failed to delete")
    return [each.reason for each in world.record().failures]


@pytest.mark.parametrize("by_hand", [False, True])
def test_each_failed_deletion_is_told_by_its_own_cause(world: FakeWorld, by_hand: bool) -> None:
    world.call("POST", **IDS)
    stack_id = world.cluster_is_ready()

    told = []
    for reason in ("A volume is in use.", "An interface is in use."):
        if by_hand:
            world.stacks.delete(stack_id)
        else:
            world.call("DELETE", **IDS)
        told.append(fails_to_go(world, stack_id, reason))

    assert told == [["Cluster: A volume is in use."], ["Cluster: An interface is in use."]]


def test_a_failed_creation_that_cannot_be_deleted_is_told_by_what_keeps_it(
    world: FakeWorld,
) -> None:
    world.call("POST", **IDS)
    stack_id = world.stack_comes_up()
    world.stacks.fail(stack_id, "Cluster", "CREATE_FAILED", "No capacity.")
    world.change(stack_id, "ROLLBACK_IN_PROGRESS")
    world.change(stack_id, "ROLLBACK_FAILED")
    of_creation = [each.reason for each in world.record().failures]

    world.call("DELETE", **IDS)
    of_deletion = fails_to_go(world, stack_id, "An interface is in use.")

    assert of_creation == ["Cluster: No capacity."]
    assert of_deletion == ["Cluster: An interface is in use."]
