"""Imports that a cluster doesn't wait for, where FSx takes one task at a time."""

from datetime import timedelta
from typing import Any

import pytest

from cluster_api.imports import Import
from cluster_api.lustre import TaskState
from cluster_api.model import State
from cluster_api_world import LAB, READY
from export_world import ExportWorld

IDS = {"vlab_id": "lab", "project_id": "project"}
CONTAINERS, PRIVATE, PUBLIC = "/containers", "/project/private", "/project/public"


@pytest.fixture
def world() -> ExportWorld:
    """A world whose FSx takes no task beside another."""
    made = ExportWorld()
    made.repositories.queues = False
    return made


def imported(world: ExportWorld, *paths: str) -> None:
    """The stack comes up, with such resources one after the other; no one holds up the next."""
    stack_id = world.comes_up_with_scratch()
    for path in paths:
        each = Import(
            project=LAB,
            creation=world.record().creation,
            file_system_id="fs-1",
            path=path,
            repository_path=f"s3:/{path}/",
            awaited=False,
        )
        world.imports.begin(each)
        assert world.imports.is_complete(each)
    world.change(stack_id, "CREATE_COMPLETE", outputs=READY)


def tasks(world: ExportWorld) -> list[str]:
    """What FSx has begun to import."""
    return [task.paths[0].removeprefix("s3:/").rstrip("/") for task in all_tasks(world)]


def all_tasks(world: ExportWorld) -> list[Any]:
    return list(world.repositories.begun.values())


def the_last_ends(world: ExportWorld) -> None:
    world.repositories.become(all_tasks(world)[-1].id, TaskState.SUCCEEDED, total=7)


def shown(world: ExportWorld) -> dict[str, str]:
    """What GET says of each import."""
    data: Any = world.call("GET", **IDS).body["data"]
    return {each["path"]: each["state"] for each in data["imports"]}


def test_a_busy_fsx_keeps_no_cluster_from_being_complete(world: ExportWorld) -> None:
    imported(world, CONTAINERS, PUBLIC)

    assert world.record().state is State.CREATE_COMPLETE
    assert tasks(world) == [CONTAINERS]
    assert shown(world) == {CONTAINERS: "PENDING", PUBLIC: "PENDING"}


def test_the_reconciler_begins_them_one_after_the_other(world: ExportWorld) -> None:
    imported(world, CONTAINERS, PRIVATE, PUBLIC)

    begun = []
    for _ in range(4):
        world.reconciler.reconcile(dry_run=False)
        world.reconciler.reconcile(dry_run=False)
        begun.append(tasks(world))
        the_last_ends(world)

    assert begun == [
        [CONTAINERS],
        [CONTAINERS, PRIVATE],
        [CONTAINERS, PRIVATE, PUBLIC],
        [CONTAINERS, PRIVATE, PUBLIC],
    ]
    assert set(shown(world).values()) == {"SUCCEEDED"}


def test_a_dry_run_begins_none(world: ExportWorld) -> None:
    imported(world, CONTAINERS, PUBLIC)
    the_last_ends(world)

    world.reconciler.reconcile(dry_run=True)

    assert tasks(world) == [CONTAINERS]


def test_one_that_a_quota_keeps_waits_and_the_others_are_told(world: ExportWorld) -> None:
    imported(world, CONTAINERS, PUBLIC)
    the_last_ends(world)
    world.repositories.refusal = "Your quota of tasks is used up."

    report = world.reconciler.reconcile(dry_run=False)

    assert report.complete
    assert {each.path: each.state for each in world.record().imports} == {
        CONTAINERS: TaskState.SUCCEEDED,
        PUBLIC: TaskState.PENDING,
    }


def test_one_that_was_begun_though_its_record_does_not_say_so_is_not_begun_again(
    world: ExportWorld,
) -> None:
    imported(world, CONTAINERS, PUBLIC)
    the_last_ends(world)
    before = world.record()
    world.reconciler.reconcile(dry_run=False)
    world.registry.clusters[LAB.id] = before

    at_work = shown(world)
    the_last_ends(world)
    world.reconciler.reconcile(dry_run=False)

    assert tasks(world) == [CONTAINERS, PUBLIC]
    assert at_work[PUBLIC] == "PENDING"
    assert shown(world)[PUBLIC] == "SUCCEEDED"


def test_none_begins_where_the_cluster_goes(world: ExportWorld) -> None:
    imported(world, CONTAINERS, PUBLIC)
    the_last_ends(world)
    world.call("DELETE", **IDS)
    world.clock.sleep(timedelta(hours=2).total_seconds())

    world.reconciler.reconcile(dry_run=False)
    world.take_step()

    assert tasks(world) == [CONTAINERS]
    assert {each.path: each.state for each in world.record().imports} == {
        CONTAINERS: TaskState.SUCCEEDED,
        PUBLIC: TaskState.CANCELED,
    }


def test_a_creation_that_rolls_back_waits_for_none(world: ExportWorld) -> None:
    stack_id = world.comes_up_with_scratch()
    world.repositories.start_import("fs-1", repository_path="s3://other/", token="x")
    public = Import(
        project=LAB,
        creation=world.record().creation,
        file_system_id="fs-1",
        path=PUBLIC,
        repository_path="s3://public/",
        awaited=False,
    )
    world.imports.begin(public)
    world.change(stack_id, "ROLLBACK_IN_PROGRESS")

    assert world.imports.is_complete(public)
    assert world.record().imports == ()
