"""DELETE of a cluster with scratch: nodes, export, receipt, stack; and what may go wrong."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from cluster_api.lustre import TaskState
from cluster_api.model import State
from cluster_api.receipt import FailedFiles, Outcome
from cluster_api_world import LAB
from export_world import ExportWorld
from interruptions import Fault

IDS = {"vlab_id": "lab", "project_id": "project"}


@pytest.fixture
def world() -> ExportWorld:
    return ExportWorld()


def shown(world: ExportWorld) -> Any:
    return world.call("GET", **IDS).body


def test_a_delete_exports_and_then_deletes_the_stack(world: ExportWorld) -> None:
    stack_id = world.cluster_with_scratch()

    answer = world.call("DELETE", **IDS)
    before = world.stacks.stacks[stack_id].status
    world.workflows_run()
    after = world.stacks.stacks[stack_id].status
    world.stack_goes(stack_id)

    assert (answer.status, before, after) == (200, "CREATE_COMPLETE", "DELETE_IN_PROGRESS")
    assert world.call("GET", **IDS).status == 404
    world.assert_nothing_left(but_history=True)


def test_the_nodes_go_before_anything_is_exported(world: ExportWorld) -> None:
    stack_id = world.cluster_with_scratch()
    nodes = world.nodes()
    world.call("DELETE", **IDS)

    for _ in range(3):
        world.take_step()

    assert world.stacks.stacks[nodes].status == "DELETE_IN_PROGRESS"
    assert world.stacks.stacks[stack_id].status == "CREATE_COMPLETE"
    assert world.exports() == []
    assert world.repositories.associations["dra-1"].exports_by_itself


def test_the_receipt_says_what_was_exported_when_by_which_task(world: ExportWorld) -> None:
    stack_id = world.cluster_with_scratch()
    creation = world.record().creation
    world.call("DELETE", **IDS)
    world.workflows_run()
    world.stack_goes(stack_id)

    receipt = world.receipts.kept[f"{LAB.id}/{creation}"]
    export = world.kept().export

    assert receipt.outcome is Outcome.EXPORTED
    done = receipt.transfer
    assert done is not None
    assert (done.files_total, done.files_done, done.files_failed) == (3, 3, 0)
    assert [done.task_id] == world.exports()
    assert done.started_at is not None
    assert done.ended_at is not None
    assert export is not None
    assert export.transfer == done


def test_a_get_shows_how_far_the_export_is(world: ExportWorld) -> None:
    world.cluster_with_scratch()
    before = shown(world)["data"]
    world.until_exporting()

    during = shown(world)

    assert before == {"export": None, "imports": []}
    assert during["clusterStatus"] == "DELETE_IN_PROGRESS"
    assert during["data"]["export"]["state"] == "EXECUTING"
    assert during["data"]["export"]["filesTotal"] == 3
    assert during["data"]["export"]["startedAt"] is not None


def test_a_delete_again_begins_nothing_new(world: ExportWorld) -> None:
    world.cluster_with_scratch()

    first = world.call("DELETE", **IDS)
    world.take_step()
    again = world.call("DELETE", **IDS)

    assert again.body == first.body
    assert len(world.workflows.orders) == 1


def test_a_failed_export_keeps_the_file_system_and_says_what_failed(world: ExportWorld) -> None:
    stack_id = world.cluster_with_scratch()
    task = world.until_exporting()
    world.receipts.reports[task] = FailedFiles(
        listed=(("scratch/a", "S3AccessDenied"),), report="s3://scratch/report.csv"
    )
    world.repositories.become(task, TaskState.FAILED, total=3, failed=1)

    world.take_step()

    body = shown(world)
    (failure,) = body["failures"]
    receipt = world.receipts.kept[f"{LAB.id}/{world.record().creation}"]
    assert body["clusterStatus"] == "DELETE_FAILED"
    assert failure["failureCode"] == "ScratchExportFailed"
    assert "1 of 3 files" in failure["failureReason"]
    assert "scratch/a (S3AccessDenied)" in failure["failureReason"]
    assert body["data"]["export"]["failedFilesReport"] == "s3://scratch/report.csv"
    assert receipt.outcome is Outcome.FAILED
    assert world.stacks.stacks[stack_id].status == "CREATE_COMPLETE"
    assert world.repositories.associations["dra-1"].exports_by_itself


@pytest.mark.parametrize("lifecycle", ["FAILED", "DELETING", "UPDATING", None])
def test_a_failed_export_says_why_though_its_association_cannot_be_updated(
    world: ExportWorld, lifecycle: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    world.cluster_with_scratch()
    task = world.until_exporting()
    linked = world.repositories.associations.pop("dra-1")
    if lifecycle is not None:
        world.repositories.link(replace(linked, lifecycle=lifecycle))
    world.repositories.become(task, TaskState.FAILED, total=3, failed=1)

    world.take_step()

    (failure,) = world.record().failures
    assert world.record().state is State.DELETE_FAILED
    assert "1 of 3 files" in failure.reason
    assert [entry for entry in caplog.records if entry.levelname == "ERROR"] == []


@pytest.mark.parametrize("fault", [Fault.REFUSED, Fault.BROKEN])
def test_a_failed_export_says_why_though_automatic_export_stays_off(
    world: ExportWorld, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.cluster_with_scratch()
    task = world.until_exporting()
    world.repositories.become(task, TaskState.FAILED, total=3, failed=1)
    monkeypatch.setattr(
        world.repositories, "set_automatic_export", lambda *_, **__: fault(lambda: None)
    )

    world.take_step()

    (failure,) = world.record().failures
    assert world.record().state is State.DELETE_FAILED
    assert "1 of 3 files" in failure.reason


def test_events_of_the_stack_do_not_undo_a_failed_export(world: ExportWorld) -> None:
    stack_id = world.cluster_with_scratch()
    task = world.until_exporting()
    world.repositories.become(task, TaskState.CANCELED)
    world.take_step()

    world.follower.follow(stack_id)
    world.clock.sleep(timedelta(days=1).total_seconds())
    report = world.reconciler.reconcile(dry_run=False)

    assert world.record().state is State.DELETE_FAILED
    assert world.stacks.stacks[stack_id].status == "CREATE_COMPLETE"
    assert report.outcomes == ()


def test_after_a_failed_export_a_delete_exports_again(world: ExportWorld) -> None:
    stack_id = world.cluster_with_scratch()
    task = world.until_exporting()
    world.repositories.become(task, TaskState.FAILED, explanation="The bucket is gone.")
    world.take_step()
    world.workflows.running.clear()

    world.call("DELETE", **IDS)
    world.workflows_run()
    world.stack_goes(stack_id)

    assert len(world.exports()) == 2
    assert world.call("GET", **IDS).status == 404


def test_after_a_failed_deletion_of_the_stack_nothing_is_exported_twice(
    world: ExportWorld,
) -> None:
    stack_id = world.cluster_with_scratch()
    world.call("DELETE", **IDS)
    world.workflows_run()
    world.change(stack_id, "DELETE_FAILED", reason="An interface is in use")
    failed = shown(world)["clusterStatus"]

    world.call("DELETE", **IDS)
    world.workflows_run()
    world.stack_goes(stack_id)

    assert failed == "DELETE_FAILED"
    assert len(world.exports()) == 1
    assert world.call("GET", **IDS).status == 404


def test_a_stack_that_is_gone_does_not_undo_what_is_known_of_it(world: ExportWorld) -> None:
    stack_id = world.cluster_with_scratch()
    world.call("DELETE", **IDS)
    del world.stacks.stacks[stack_id]

    done = world.take_step()

    assert done
    assert world.record().was_complete


def test_steps_are_further_apart_the_longer_it_takes(world: ExportWorld) -> None:
    world.cluster_with_scratch()
    world.until_exporting()
    (order,) = world.workflows.orders.values()

    soon = world.steps.step(order).wait_seconds
    world.clock.sleep(timedelta(days=1).total_seconds())
    late = world.steps.step(order).wait_seconds

    assert soon < late == 300


def test_an_update_of_the_stack_is_waited_for(world: ExportWorld) -> None:
    stack_id = world.cluster_with_scratch()
    nodes = world.nodes()
    world.stacks.become(stack_id, "UPDATE_IN_PROGRESS")
    world.call("DELETE", **IDS)

    done = world.take_step()

    assert not done
    assert world.stacks.stacks[nodes].status == "CREATE_COMPLETE"
