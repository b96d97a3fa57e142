"""The guard in the stack: whoever deletes the stack, what was not exported stays."""

from dataclasses import replace

import pytest

from cluster_api.data_errors import GuardRefused, ScratchNotExported
from cluster_api.lustre import Scratch
from cluster_api.model import State
from cluster_api_world import LAB
from export_world import SCRATCH, ExportWorld

IDS = {"vlab_id": "lab", "project_id": "project"}


@pytest.fixture
def world() -> ExportWorld:
    return ExportWorld()


def test_a_stack_deleted_by_hand_stops_there_and_the_record_says_why(world: ExportWorld) -> None:
    stack_id = world.cluster_with_scratch()
    world.stacks.delete(stack_id)
    world.follower.follow(stack_id)

    world.stack_goes(stack_id)

    body = world.call("GET", **IDS).body
    assert body["clusterStatus"] == "DELETE_FAILED"
    assert "is not exported (there is no receipt of an export)" in str(body["failures"])
    assert world.repositories.has_file_system("fs-1")


def test_a_delete_goes_on_with_a_stack_that_was_deleted_by_hand(world: ExportWorld) -> None:
    stack_id = world.cluster_with_scratch()
    world.stacks.delete(stack_id)
    world.stack_goes(stack_id)

    world.call("DELETE", **IDS)
    world.workflows_run()
    world.stack_goes(stack_id)

    assert len(world.exports()) == 1
    assert world.call("GET", **IDS).status == 404


def test_what_fails_once_scratch_is_exported_is_not_told_as_the_guard_s_refusal(
    world: ExportWorld,
) -> None:
    stack_id = world.cluster_with_scratch()
    world.change(stack_id, "DELETE_IN_PROGRESS")
    world.stack_goes(stack_id)
    world.call("DELETE", **IDS)
    world.workflows_run()

    world.stacks.fail(stack_id, "Accounting", "DELETE_FAILED", "Error: the database is down.")
    world.change(stack_id, "DELETE_FAILED")

    assert [each.reason for each in world.record().failures] == [
        "Accounting: the database is down."
    ]


def test_a_deletion_by_hand_during_the_export_does_not_end_it(world: ExportWorld) -> None:
    stack_id = world.cluster_with_scratch()
    world.until_exporting()
    world.stacks.delete(stack_id)
    world.follower.follow(stack_id)

    world.stack_goes(stack_id)
    during = world.call("GET", **IDS).body["clusterStatus"]
    world.workflows_run()
    world.stack_goes(stack_id)

    assert during == "DELETE_IN_PROGRESS"
    assert world.call("GET", **IDS).status == 404


def test_without_a_record_the_receipt_decides(world: ExportWorld) -> None:
    stack_id = world.cluster_with_scratch()
    guarded = world.guarded()
    world.call("DELETE", **IDS)
    world.workflows_run()
    world.registry.clusters.clear()

    world.guards.let_go(guarded, stack_id)
    world.receipts.kept.clear()

    with pytest.raises(ScratchNotExported, match="no receipt"):
        world.guards.let_go(guarded, stack_id)


def test_a_receipt_of_another_file_system_is_none(world: ExportWorld) -> None:
    stack_id = world.cluster_with_scratch()
    guarded = world.guarded()
    world.call("DELETE", **IDS)
    world.workflows_run()
    world.repositories.file_systems.add("fs-2")
    other = replace(guarded, scratch=Scratch(file_system_id="fs-2", association_id="dra-2"))

    with pytest.raises(ScratchNotExported, match="the receipt is of fs-1"):
        world.guards.let_go(other, stack_id)


@pytest.mark.parametrize("status", ["ROLLBACK_IN_PROGRESS", "DELETE_IN_PROGRESS"])
def test_what_was_never_complete_goes(world: ExportWorld, status: str) -> None:
    stack_id = world.comes_up_with_scratch()
    world.stacks.become(stack_id, status)

    world.guards.let_go(world.guarded(), stack_id)

    assert world.receipts.kept == {}


@pytest.mark.parametrize("forgotten", [True, False])
def test_a_completion_that_only_the_stack_knows_of_counts(
    world: ExportWorld, forgotten: bool
) -> None:
    stack_id = world.comes_up_with_scratch()
    world.stacks.become(stack_id, "CREATE_COMPLETE")
    world.stacks.become(stack_id, "DELETE_IN_PROGRESS")
    if forgotten:
        del world.stacks.histories[stack_id][:-1]

    with pytest.raises(ScratchNotExported):
        world.guards.let_go(world.guarded(), stack_id)


def test_a_file_system_that_is_gone_is_let_go(world: ExportWorld) -> None:
    stack_id = world.cluster_with_scratch()
    world.repositories.file_systems.clear()
    world.stacks.become(stack_id, "DELETE_IN_PROGRESS")

    world.guards.let_go(world.guarded(), stack_id)

    assert not world.repositories.has_file_system("fs-1")


def test_a_guard_is_held_as_often_as_it_is_asked(world: ExportWorld) -> None:
    world.cluster_with_scratch()
    before = world.record()

    world.guards.hold(world.guarded())

    assert world.record() == before
    assert before.scratch == SCRATCH


def test_a_guard_of_a_creation_that_nobody_wants_is_refused(world: ExportWorld) -> None:
    world.comes_up_with_scratch()
    guarded = world.guarded()
    record = world.record()
    gone = replace(record, state=State.DELETE_IN_PROGRESS, scratch=None)
    world.registry.save(gone, record)

    with pytest.raises(GuardRefused, match=LAB.id):
        world.guards.hold(guarded)
    with pytest.raises(GuardRefused, match="00000000"):
        world.guards.hold(replace(guarded, creation="00000000"))
