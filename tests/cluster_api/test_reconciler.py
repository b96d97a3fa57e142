"""One pass of the reconciler brings registry, leases, keys and stacks into agreement."""

from dataclasses import dataclass, field, replace

import pytest

from cluster_api.errors import AwsUnavailable, OutOfTime
from cluster_api.model import State
from cluster_api.reconciling import Result
from cluster_api.survey import Lease
from cluster_api_fake_world import FakeWorld
from cluster_api_fakes import FakeKeys
from cluster_api_world import GRACE, LAB, READY, record_of, request
from reconciler_story import CLUSTER, OTHER, found, launch_stack, reconcile_later


def test_where_all_agrees_nothing_is_found(world: FakeWorld) -> None:
    world.clusters.create(request())
    world.cluster_is_ready()
    world.clusters.create(request(OTHER))
    world.creation_fails(OTHER)

    report = reconcile_later(world)

    assert report.outcomes == ()
    assert (report.complete, report.records, report.leases) == (True, 2, 1)


@pytest.mark.parametrize("dry_run", [True, False])
def test_what_is_younger_than_the_grace_is_left_alone(world: FakeWorld, dry_run: bool) -> None:
    world.clusters.create(request())
    stack_id = world.stack_comes_up()
    world.stacks.become(stack_id, "CREATE_COMPLETE", outputs=READY)
    world.keys.make(record_of(OTHER))
    world.clock.sleep(GRACE.total_seconds() - 1)

    report = world.reconciler.reconcile(dry_run=dry_run)

    assert report.outcomes == ()


def test_a_dry_run_says_what_it_would_do_and_does_nothing(world: FakeWorld) -> None:
    world.clusters.create(request())
    world.stacks.stacks.clear()
    world.keys.make(record_of(OTHER))
    before = (world.record(), dict(world.registry.leases), set(world.keys.pairs))

    report = reconcile_later(world, dry_run=True)

    assert found(report) == [
        ("FollowStack", LAB.id, Result.PLANNED),
        ("DestroyKeys", f"{CLUSTER}-11111111", Result.PLANNED),
    ]
    assert (world.record(), dict(world.registry.leases), set(world.keys.pairs)) == before


def test_a_completion_whose_events_were_lost_is_made_up_for(world: FakeWorld) -> None:
    world.clusters.create(request())
    stack_id = world.stack_comes_up()
    world.stacks.become(stack_id, "CREATE_COMPLETE", outputs=READY)

    report = reconcile_later(world)

    assert found(report) == [("FollowStack", LAB.id, Result.MENDED)]
    assert world.record().state is State.CREATE_COMPLETE
    assert world.record().head_node is not None


def test_a_rollback_whose_events_were_lost_frees_the_subnet(world: FakeWorld) -> None:
    world.clusters.create(request())
    stack_id = world.stack_comes_up()
    world.stacks.become(stack_id, "ROLLBACK_COMPLETE", reason="No capacity")

    reconcile_later(world)

    assert world.record().state is State.CREATE_FAILED
    assert [failure.reason for failure in world.record().failures] == ["No capacity"]
    assert world.registry.leases == {}
    world.assert_consistent()


def test_a_deletion_whose_every_word_was_lost_is_finished(world: FakeWorld) -> None:
    world.clusters.create(request())
    stack_id = world.cluster_is_ready()
    world.clusters.delete(LAB)
    world.stacks.become(stack_id, "DELETE_COMPLETE")

    reconcile_later(world)

    world.assert_nothing_left(but_history=True)


def test_a_stack_that_was_deleted_by_hand_and_forgotten_ends_its_record(world: FakeWorld) -> None:
    world.clusters.create(request())
    world.cluster_is_ready()
    world.stacks.stacks.clear()

    reconcile_later(world)

    world.assert_nothing_left(but_history=True)


def test_a_delete_that_died_before_it_reached_the_stack_goes_on(world: FakeWorld) -> None:
    world.clusters.create(request())
    stack_id = world.cluster_is_ready()
    record = world.record()
    world.registry.save(replace(record, state=State.DELETE_IN_PROGRESS), record)

    reconcile_later(world)

    assert world.stacks.stacks[stack_id].status == "DELETE_IN_PROGRESS"


def test_a_creation_whose_request_died_is_marked_and_can_be_tried_again(world: FakeWorld) -> None:
    first = world.clusters.create(request())
    world.stacks.stacks.clear()

    reconcile_later(world)
    marked = world.record()
    again = world.clusters.create(request())

    assert marked.state is State.CREATE_FAILED
    assert [failure.code for failure in marked.failures] == ["CreationInterrupted"]
    assert marked.subnet_id is None
    assert again.sim_key_arn == first.sim_key_arn
    world.assert_consistent()


def test_a_lease_that_no_cluster_has_is_ended(world: FakeWorld) -> None:
    lease = Lease(subnet_id="subnet-1", holder="lab/gone", creation="0", since=None)
    world.registry.leases["subnet-1"] = lease

    report = reconcile_later(world)

    assert found(report) == [("EndLease", "subnet-1", Result.MENDED)]
    assert world.registry.leases == {}


def test_a_cluster_whose_lease_was_lost_gets_it_again(world: FakeWorld) -> None:
    world.clusters.create(request())
    world.cluster_is_ready()
    held = dict(world.registry.leases)
    world.registry.leases.clear()

    report = reconcile_later(world)

    assert found(report) == [("RestoreLease", LAB.id, Result.MENDED)]
    assert world.registry.leases == held


def test_a_cluster_in_another_s_subnet_is_left_to_an_operator(world: FakeWorld) -> None:
    world.clusters.create(request())
    world.cluster_is_ready()
    world.clusters.create(request(OTHER))
    world.cluster_is_ready(OTHER)
    ours, theirs = world.record(), world.record(OTHER)
    assert ours.subnet_id is not None
    del world.registry.leases[ours.subnet_id]
    moved = replace(ours, subnet_id=theirs.subnet_id)
    world.registry.clusters[LAB.id] = moved

    report = reconcile_later(world)

    assert found(report) == [("TellOperator", LAB.id, Result.FOR_AN_OPERATOR)]
    assert world.record() == moved


def test_keys_of_no_record_are_destroyed_and_others_are_kept(world: FakeWorld) -> None:
    world.clusters.create(request())
    world.cluster_is_ready()
    ours = set(world.keys.pairs)
    world.keys.make(record_of(OTHER))

    reconcile_later(world)

    assert world.keys.pairs == ours
    assert len(world.keys.secrets) == 2


def test_what_takes_too_long_is_told_to_an_operator(world: FakeWorld) -> None:
    world.clusters.create(request())
    world.stack_comes_up()

    report = reconcile_later(world)

    assert found(report) == [("FollowStack", LAB.id, Result.FOR_AN_OPERATOR)]
    assert world.record().state is State.CREATE_IN_PROGRESS


@dataclass
class BrokenKeys(FakeKeys):
    """Keys that AWS doesn't destroy."""

    error: Exception = field(default_factory=lambda: AwsUnavailable("EC2", "Unavailable"))

    def destroy(self, cluster_name: str, keys: str) -> None:
        raise self.error


@pytest.mark.parametrize(
    ("error", "words"), [(AwsUnavailable("EC2", "Unavailable"), "EC2"), (KeyError("x"), "log")]
)
def test_one_that_cannot_be_mended_does_not_keep_the_others(error: Exception, words: str) -> None:
    world = FakeWorld(keys=BrokenKeys(error=error))
    world.keys.make(record_of(OTHER))
    world.registry.leases["subnet-1"] = Lease(
        subnet_id="subnet-1", holder="lab/gone", creation="0", since=None
    )
    launch_stack(world, CLUSTER, owner="0000/Cluster")

    report = reconcile_later(world)

    assert [result for _, _, result in found(report)] == [
        Result.MENDED,
        Result.FAILED,
        Result.MENDED,
    ]
    assert words in report.outcomes[1].explanation


def test_a_pass_whose_time_is_over_says_so() -> None:
    world = FakeWorld(keys=BrokenKeys(error=OutOfTime()))
    world.keys.make(record_of(OTHER))
    launch_stack(world, CLUSTER, owner="0000/Cluster")

    report = reconcile_later(world)

    assert not report.complete
    assert report.outcomes == ()
