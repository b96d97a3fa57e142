"""Whatever call of a deletion dies or is refused: it goes on, exports once, and loses nothing."""

from datetime import timedelta
from typing import Any

import pytest

from cluster_api.errors import ClusterApiError
from cluster_api.lustre import TaskState
from cluster_api.model import State
from cluster_api.receipt import Outcome
from cluster_api_tape import Death
from cluster_api_world import LAB, OPERATOR
from export_world import ExportWorld
from interruptions import Call, Fault, Interruptions

FAULTS = (Fault.DIES_BEFORE, Fault.DIES_AFTER, Fault.REFUSED, Fault.UNANSWERED)
FORCED = pytest.mark.parametrize("forced_by", [None, OPERATOR])


class Counting(Interruptions):
    """Counts the calls that an undisturbed deletion makes."""

    count = 0

    def pass_by(self, call: Call) -> Any:
        self.count += 1
        return call()


def deletes(world: ExportWorld, forced_by: str | None, *, interrupted: bool = True) -> None:
    clusters = world.interrupted_clusters if interrupted else world.clusters
    clusters.delete(LAB, forced_by=forced_by)
    world.workflows_run()


def calls_of_a_deletion(forced_by: str | None) -> int:
    counting = Counting()
    world = ExportWorld(interruptions=counting)
    world.cluster_with_scratch()
    deletes(world, forced_by)
    return counting.count


def struck(world: ExportWorld, at: int, fault: Fault, forced_by: str | None) -> None:
    try:
        with world.interruptions.due(at, fault):
            deletes(world, forced_by)
    except (Death, ClusterApiError):
        pass


def assert_gone_and_saved(world: ExportWorld, stack_id: str, forced_by: str | None) -> None:
    creation = world.record().creation
    world.stack_goes(stack_id)
    outcome = world.receipts.kept[f"{LAB.id}/{creation}"].outcome
    assert outcome is (Outcome.EXPORTED if forced_by is None else Outcome.FORCED)
    assert len(world.exports()) == (1 if forced_by is None else 0)
    assert LAB.id not in world.registry.clusters


@FORCED
@pytest.mark.parametrize("fault", FAULTS)
def test_the_state_machine_takes_the_step_again(fault: Fault, forced_by: str | None) -> None:
    for at in range(calls_of_a_deletion(forced_by)):
        world = ExportWorld()
        stack_id = world.cluster_with_scratch()

        struck(world, at, fault, forced_by)
        deletes(world, forced_by, interrupted=False)

        assert_gone_and_saved(world, stack_id, forced_by)


@pytest.mark.parametrize("fault", FAULTS)
def test_the_reconciler_takes_up_a_workflow_that_died(fault: Fault) -> None:
    for at in range(1, calls_of_a_deletion(None)):
        world = ExportWorld()
        stack_id = world.cluster_with_scratch()

        struck(world, at, fault, None)
        world.workflows.running.clear()
        for _ in range(2):
            world.clock.sleep(timedelta(hours=2).total_seconds())
            world.reconciler.reconcile(dry_run=False)
            world.workflows_run()

        if at == 1 and fault in {Fault.DIES_BEFORE, Fault.REFUSED}:
            # The DELETE itself came to nothing, and its caller knows.
            assert world.record().state is State.CREATE_COMPLETE
            continue
        assert_gone_and_saved(world, stack_id, None)


def test_the_reconciler_leaves_a_workflow_alone_that_goes_on() -> None:
    world = ExportWorld()
    world.cluster_with_scratch()
    world.until_exporting()
    for _ in range(400):
        world.take_step()

    report = world.reconciler.reconcile(dry_run=False)

    assert report.outcomes == ()
    assert len(world.workflows.orders) == 1


def test_the_reconciler_that_dies_itself_is_made_good_by_its_next_pass() -> None:
    for at, fault in ((0, Fault.DIES_BEFORE), (0, Fault.DIES_AFTER), (1, Fault.DIES_BEFORE)):
        world = ExportWorld()
        stack_id = world.cluster_with_scratch()
        world.clusters.delete(LAB)
        world.workflows.running.clear()
        world.clock.sleep(timedelta(hours=2).total_seconds())

        with world.interruptions.due(at, fault), pytest.raises(Death):
            world.interrupted_reconciler.reconcile(dry_run=False)
        world.clock.sleep(timedelta(hours=2).total_seconds())
        world.reconciler.reconcile(dry_run=False)
        world.workflows_run()

        assert_gone_and_saved(world, stack_id, None)


def test_a_task_that_runs_is_waited_for_by_whoever_takes_up() -> None:
    world = ExportWorld()
    stack_id = world.cluster_with_scratch()
    task = world.until_exporting()
    world.workflows.running.clear()
    world.clock.sleep(timedelta(hours=2).total_seconds())

    world.reconciler.reconcile(dry_run=False)
    (name,) = world.workflows.running
    world.repositories.become(task, TaskState.EXECUTING, total=3)
    world.workflows_run()

    assert name.endswith("-2")
    assert_gone_and_saved(world, stack_id, None)


def test_a_delete_takes_up_a_workflow_that_died() -> None:
    world = ExportWorld()
    stack_id = world.cluster_with_scratch()
    world.until_exporting()
    world.workflows.running.clear()

    world.clusters.delete(LAB)
    too_early = list(world.workflows.running)
    world.clock.sleep(timedelta(hours=1).total_seconds())
    world.clusters.delete(LAB)
    world.workflows_run()

    assert too_early == []
    assert_gone_and_saved(world, stack_id, None)
