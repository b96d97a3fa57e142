"""What an operator gives up with force=true: it goes without an export, and that is recorded."""

from datetime import timedelta

import pytest

from cluster_api.lustre import TaskState
from cluster_api.model import State
from cluster_api.receipt import Outcome
from cluster_api_world import LAB, OPERATOR
from export_world import ExportWorld

IDS = {"vlab_id": "lab", "project_id": "project"}


@pytest.fixture
def world() -> ExportWorld:
    return ExportWorld()


def test_only_operators_may_give_up_what_is_not_exported(world: ExportWorld) -> None:
    world.cluster_with_scratch()

    refused = world.call("DELETE", **IDS, force="true")

    assert refused.status == 403
    assert "force=true" in str(refused.body["message"])
    assert world.record().state is State.CREATE_COMPLETE


def test_force_stops_an_export_that_runs_and_is_recorded(world: ExportWorld) -> None:
    stack_id = world.cluster_with_scratch()
    task = world.until_exporting()
    creation = world.record().creation

    world.call("DELETE", **IDS, force="true", caller=OPERATOR)
    world.workflows_run()
    world.stack_goes(stack_id)

    receipt = world.receipts.kept[f"{LAB.id}/{creation}"]
    kept = world.kept().export
    assert world.repositories.begun[task].state is TaskState.CANCELED
    assert receipt.outcome is Outcome.FORCED
    assert receipt.forced is not None
    assert receipt.forced.by == OPERATOR
    assert kept is not None
    assert kept.forced == receipt.forced
    assert world.call("GET", **IDS).status == 404


def test_force_deletes_what_could_not_be_exported(world: ExportWorld) -> None:
    stack_id = world.cluster_with_scratch()
    task = world.until_exporting()
    world.repositories.become(task, TaskState.FAILED, total=3, failed=3)
    world.take_step()
    world.workflows.running.clear()

    world.call("DELETE", **IDS, force="true", caller=OPERATOR)
    done = world.take_step()
    world.stack_goes(stack_id)

    assert done
    assert len(world.exports()) == 1
    assert world.call("GET", **IDS).status == 404


def test_force_gives_up_what_is_there_once_the_nodes_are_gone(world: ExportWorld) -> None:
    world.cluster_with_scratch()
    nodes = world.nodes()

    world.call("DELETE", **IDS, force="true", caller=OPERATOR)
    world.take_step()

    assert world.stacks.stacks[nodes].status == "DELETE_IN_PROGRESS"
    assert world.receipts.kept == {}


def test_what_was_forced_and_stayed_is_exported_by_the_next_delete(world: ExportWorld) -> None:
    stack_id = world.cluster_with_scratch()
    world.call("DELETE", **IDS, force="true", caller=OPERATOR)
    world.take_step()
    world.stacks.become(world.nodes(), "DELETE_FAILED", reason="A volume is in use.")
    world.clock.sleep(timedelta(hours=1, minutes=1).total_seconds())
    world.take_step()
    failed = world.record().state

    world.call("DELETE", **IDS)
    export = world.record().export

    assert failed is State.DELETE_FAILED
    assert export is not None
    assert export.forced is None
    assert world.stacks.stacks[stack_id].status == "CREATE_COMPLETE"
