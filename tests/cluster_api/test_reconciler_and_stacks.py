"""What the reconciler does about stacks and clusters that no record has."""

import pytest

from cluster_api.reconciling import Result
from cluster_api_fake_world import FakeWorld
from cluster_api_world import request
from reconciler_story import CLUSTER, found, launch_stack, reconcile_later


@pytest.mark.parametrize("status", ["ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED"])
def test_what_a_failure_left_of_a_stack_of_no_record_is_deleted(
    world: FakeWorld, status: str
) -> None:
    world.clusters.create(request())
    stack_id = world.stack_comes_up()
    world.stacks.become(stack_id, status)
    world.registry.clusters.clear()
    world.registry.leases.clear()

    report = reconcile_later(world)

    name = world.stacks.stacks[stack_id].name
    assert ("DeleteStack", name, Result.MENDED) in found(report)
    assert world.stacks.stacks[stack_id].status == "DELETE_IN_PROGRESS"


def test_a_cluster_of_no_record_is_never_deleted_unseen(world: FakeWorld) -> None:
    world.clusters.create(request())
    stack_id = world.cluster_is_ready()
    world.registry.clusters.clear()
    world.registry.leases.clear()

    report = reconcile_later(world)

    name = world.stacks.stacks[stack_id].name
    assert ("TellOperator", name, Result.FOR_AN_OPERATOR) in found(report)
    assert world.stacks.stacks[stack_id].status == "CREATE_COMPLETE"


def test_a_parallelcluster_whose_custom_resource_is_gone_is_deleted(world: FakeWorld) -> None:
    launch_stack(world, CLUSTER, owner="00000000-0000-0000-0000-000000000000/Cluster")

    report = reconcile_later(world)

    assert found(report) == [("DeleteCluster", CLUSTER, Result.MENDED)]
    stack = world.stacks.find(CLUSTER)
    assert stack is not None
    assert stack.status == "DELETE_IN_PROGRESS"


@pytest.mark.parametrize(
    ("name", "owner"),
    [
        (CLUSTER, ""),
        ("pcluster-of-somebody-else", "0/Cluster"),
        (f"{CLUSTER}-QueueNestedStack-1ABC", "0/Cluster"),
    ],
)
def test_stacks_that_are_not_ours_are_left_alone(world: FakeWorld, name: str, owner: str) -> None:
    launch_stack(world, name, owner=owner)

    assert reconcile_later(world).outcomes == ()


def test_a_parallelcluster_whose_project_s_stack_is_there_is_left_alone(world: FakeWorld) -> None:
    world.clusters.create(request())
    stack_id = world.cluster_is_ready()
    launch_stack(world, CLUSTER, owner=f"{stack_id.rpartition('/')[2]}/Cluster")

    assert reconcile_later(world).outcomes == ()
