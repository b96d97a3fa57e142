"""What is in an export's way: waited for, put aside, or left to an operator with its reason."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cluster_api.lustre import TaskState
from cluster_api.model import State
from cluster_api.receipt import Outcome
from cluster_api_world import LAB
from export_world import ExportWorld

IDS = {"vlab_id": "lab", "project_id": "project"}


@pytest.fixture
def world() -> ExportWorld:
    return ExportWorld()


def test_imports_that_still_run_give_way_to_the_export(world: ExportWorld) -> None:
    world.cluster_with_scratch()
    running = world.repositories.start_import("fs-1", repository_path="s3://public/", token="x")
    world.repositories.become(running.id, TaskState.EXECUTING)
    world.stacks.become(world.nodes(), "DELETE_COMPLETE")
    world.call("DELETE", **IDS)

    for _ in range(3):
        world.take_step()

    assert world.repositories.begun[running.id].state is TaskState.CANCELED
    assert len(world.exports()) == 1


def test_a_busy_file_system_is_waited_for(world: ExportWorld) -> None:
    world.cluster_with_scratch()
    world.repositories.queues = False
    other = world.repositories.start_import("fs-1", repository_path="s3://public/", token="x")
    world.repositories.become(other.id, TaskState.CANCELING)
    world.call("DELETE", **IDS)
    for _ in range(6):
        world.take_step()
        for id_, stack in list(world.stacks.stacks.items()):
            if stack.status == "DELETE_IN_PROGRESS":
                world.stacks.become(id_, "DELETE_COMPLETE")
    waited = world.exports()

    world.repositories.become(other.id, TaskState.CANCELED)
    world.workflows_run()

    assert waited == []
    assert len(world.exports()) == 1


def test_why_fsx_takes_no_task_is_told_until_it_does(world: ExportWorld) -> None:
    world.cluster_with_scratch()
    world.repositories.refusal = "Your quota of tasks is used up."
    world.call("DELETE", **IDS)
    world.aws_goes_on()
    for _ in range(6):
        world.take_step()
        world.aws_goes_on()
    waiting = world.call("GET", **IDS).body["data"]

    world.repositories.refusal = None
    world.take_step()

    going_on = world.call("GET", **IDS).body["data"]
    assert waiting["export"]["waitingFor"] == "Your quota of tasks is used up."
    assert waiting["export"]["state"] == "PENDING"
    assert going_on["export"]["waitingFor"] is None
    assert len(world.exports()) == 1


def test_an_export_that_is_given_up_waits_for_nothing_more(world: ExportWorld) -> None:
    world.cluster_with_scratch()
    world.repositories.refusal = "Your quota of tasks is used up."
    world.call("DELETE", **IDS)
    world.aws_goes_on()
    for _ in range(6):
        world.take_step()
        world.aws_goes_on()

    world.repositories.associations.clear()
    for _ in range(3):
        world.take_step()

    body = world.call("GET", **IDS).body
    assert body["clusterStatus"] == "DELETE_FAILED"
    assert body["data"]["export"]["waitingFor"] is None


@pytest.mark.parametrize("lifecycle", ["FAILED", "DELETING", None])
def test_scratch_that_nothing_links_to_the_bucket_is_left_to_an_operator(
    world: ExportWorld, lifecycle: str | None
) -> None:
    stack_id = world.cluster_with_scratch()
    linked = world.repositories.associations.pop("dra-1")
    if lifecycle is not None:
        world.repositories.link(replace(linked, lifecycle=lifecycle))

    world.call("DELETE", **IDS)
    world.workflows_run()

    body = world.call("GET", **IDS).body
    assert body["clusterStatus"] == "DELETE_FAILED"
    assert "force=true" in body["failures"][0]["failureReason"]
    assert world.stacks.stacks[stack_id].status == "CREATE_COMPLETE"


def test_nodes_that_do_not_go_are_tried_for_an_hour(world: ExportWorld) -> None:
    world.cluster_with_scratch()
    nodes = world.nodes()
    world.call("DELETE", **IDS)
    world.take_step()
    world.stacks.become(nodes, "DELETE_FAILED", reason="A volume is in use.")

    world.take_step()
    again = world.stacks.stacks[nodes].status
    world.stacks.become(nodes, "DELETE_FAILED", reason="A volume is in use.")
    world.clock.sleep(timedelta(hours=1).total_seconds())
    world.take_step()

    assert again == "DELETE_IN_PROGRESS"
    assert world.record().state is State.DELETE_FAILED
    assert "A volume is in use." in world.record().failures[0].reason


def test_nodes_whose_deletion_never_begins_are_told_of(world: ExportWorld) -> None:
    world.cluster_with_scratch()
    nodes = world.nodes()
    world.call("DELETE", **IDS)
    world.take_step()
    world.stacks.become(nodes, "CREATE_COMPLETE")
    world.clock.sleep(timedelta(hours=11).total_seconds())

    world.take_step()
    before = world.record().state
    world.stacks.become(nodes, "CREATE_COMPLETE")
    world.clock.sleep(timedelta(hours=2).total_seconds())
    world.take_step()

    assert before is State.DELETE_IN_PROGRESS
    assert world.record().state is State.DELETE_FAILED
    assert "it is CREATE_COMPLETE" in world.record().failures[0].reason


def test_nodes_of_another_creation_are_left_alone(world: ExportWorld) -> None:
    world.cluster_with_scratch()
    nodes = world.nodes()
    stack = world.stacks.stacks[nodes]
    world.stacks.stacks[nodes] = replace(stack, tags={"hpc:owner": "another/Cluster"})

    world.until_exporting()

    assert world.stacks.stacks[nodes].status == "CREATE_COMPLETE"


def test_an_export_that_ends_during_an_update_has_its_receipt(world: ExportWorld) -> None:
    stack_id = world.cluster_with_scratch()
    task = world.until_exporting()
    creation = world.record().creation
    world.stacks.become(stack_id, "UPDATE_IN_PROGRESS")
    world.repositories.become(task, TaskState.SUCCEEDED, total=3)
    world.take_step()
    world.stacks.become(stack_id, "UPDATE_COMPLETE")

    world.take_step()

    receipt = world.receipts.kept[f"{LAB.id}/{creation}"]
    assert receipt.outcome is Outcome.EXPORTED
    assert receipt.transfer is not None
    assert receipt.transfer.files_done == 3
