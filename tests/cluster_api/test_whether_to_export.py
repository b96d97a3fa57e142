"""Which deletions need an export: of what was used, and is still there."""

import pytest

from cluster_api_world import LAB
from export_world import ExportWorld

IDS = {"vlab_id": "lab", "project_id": "project"}


@pytest.fixture
def world() -> ExportWorld:
    return ExportWorld()


def test_a_creation_that_was_never_complete_is_deleted_without_an_export(
    world: ExportWorld,
) -> None:
    stack_id = world.comes_up_with_scratch()

    world.call("DELETE", **IDS)
    world.workflows_run()
    world.stack_goes(stack_id)

    assert world.exports() == []
    assert world.receipts.kept == {}
    assert world.call("GET", **IDS).status == 404


def test_a_cluster_whose_completion_nobody_heard_of_is_exported(world: ExportWorld) -> None:
    stack_id = world.comes_up_with_scratch()
    world.stacks.become(stack_id, "CREATE_COMPLETE")

    world.call("DELETE", **IDS)
    world.workflows_run()
    world.stack_goes(stack_id)

    assert len(world.exports()) == 1
    assert world.call("GET", **IDS).status == 404


def test_a_failed_creation_is_deleted_at_once(world: ExportWorld) -> None:
    stack_id = world.comes_up_with_scratch()
    world.change(stack_id, "ROLLBACK_IN_PROGRESS")
    world.guards.let_go(world.guarded(), stack_id)
    world.reservations.let_go(LAB, world.record().creation, stack_id)
    world.change(stack_id, "ROLLBACK_COMPLETE")

    world.call("DELETE", **IDS)

    assert world.workflows.orders == {}
    world.assert_nothing_left(but_history=True)


def test_a_file_system_that_is_gone_has_nothing_to_export(world: ExportWorld) -> None:
    stack_id = world.cluster_with_scratch()
    world.repositories.associations.clear()
    world.repositories.file_systems.clear()

    world.call("DELETE", **IDS)
    world.workflows_run()
    world.stack_goes(stack_id)

    assert world.call("GET", **IDS).status == 404
