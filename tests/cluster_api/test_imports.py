"""Import tasks: begun once, awaited or not, and shown by GET."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from cluster_api.data_errors import ImportFailed
from cluster_api.imports import Import
from cluster_api.lustre import TaskState
from cluster_api_world import LAB
from export_world import ExportWorld

IDS = {"vlab_id": "lab", "project_id": "project"}


@pytest.fixture
def world() -> ExportWorld:
    return ExportWorld()


def wanted(world: ExportWorld, *, awaited: bool = True) -> Import:
    return Import(
        project=LAB,
        creation=world.record().creation,
        file_system_id="fs-1",
        path="/project/private",
        repository_path="s3://private/lab/project/",
        awaited=awaited,
    )


def shown(world: ExportWorld) -> Any:
    return world.call("GET", **IDS).body


def the_task(world: ExportWorld) -> str:
    (task,) = world.repositories.begun
    return task


def test_an_import_that_is_awaited_is_complete_when_its_task_is(world: ExportWorld) -> None:
    world.comes_up_with_scratch()
    private = wanted(world)
    world.imports.begin(private)

    at_first = world.imports.is_complete(private)
    world.repositories.become(the_task(world), TaskState.EXECUTING, total=5)
    during, data = world.imports.is_complete(private), shown(world)["data"]
    world.repositories.become(the_task(world), TaskState.SUCCEEDED, total=5)
    at_last = world.imports.is_complete(private)

    assert (at_first, during, at_last) == (False, False, True)
    assert data["imports"][0]["path"] == "/project/private"
    assert (data["imports"][0]["state"], data["imports"][0]["filesTotal"]) == ("EXECUTING", 5)


def test_one_that_fsx_has_forgotten_is_over_when_its_cluster_goes(world: ExportWorld) -> None:
    world.cluster_with_scratch()
    world.imports.begin(wanted(world))
    world.repositories.begun.clear()

    world.call("DELETE", **IDS)
    world.take_step()

    assert [each.state for each in world.record().imports] == [TaskState.CANCELED]


def test_one_that_is_not_awaited_is_complete_once_it_is_begun(world: ExportWorld) -> None:
    world.comes_up_with_scratch()
    private = wanted(world, awaited=False)

    world.imports.begin(private)

    assert world.imports.is_complete(private)


def test_the_same_import_is_begun_once(world: ExportWorld) -> None:
    world.comes_up_with_scratch()
    private = wanted(world)

    world.imports.begin(private)
    world.imports.begin(private)

    assert len(world.repositories.begun) == 1


def test_where_fsx_is_busy_what_is_awaited_is_begun_later(world: ExportWorld) -> None:
    world.comes_up_with_scratch()
    world.repositories.queues = False
    other = world.repositories.start_import("fs-1", repository_path="s3://other/", token="x")
    private = wanted(world)

    world.imports.begin(private)
    busy = world.imports.is_complete(private)
    world.repositories.become(other.id, TaskState.SUCCEEDED)
    begun = world.imports.is_complete(private)
    world.repositories.become(list(world.repositories.begun)[-1], TaskState.SUCCEEDED)

    assert (busy, begun, world.imports.is_complete(private)) == (False, False, True)


@pytest.mark.parametrize("state", [TaskState.FAILED, TaskState.CANCELED])
def test_an_awaited_import_that_fails_fails_the_creation(
    world: ExportWorld, state: TaskState
) -> None:
    world.comes_up_with_scratch()
    private = wanted(world)
    world.imports.begin(private)
    world.repositories.become(the_task(world), state, explanation="No access.")

    with pytest.raises(ImportFailed, match=r"/project/private ended as .*No access"):
        world.imports.is_complete(private)


def test_one_file_that_cannot_be_imported_keeps_no_project_from_its_cluster(
    world: ExportWorld,
) -> None:
    world.comes_up_with_scratch()
    private = wanted(world)
    world.imports.begin(private)
    world.repositories.become(the_task(world), TaskState.FAILED, total=7, failed=1)

    complete = world.imports.is_complete(private)

    assert complete
    assert [each.files_failed for each in world.record().imports] == [1]


def test_a_complete_cluster_shows_imports_as_fsx_has_them_now(world: ExportWorld) -> None:
    world.cluster_with_scratch()
    world.imports.begin(wanted(world, awaited=False))

    world.repositories.become(the_task(world), TaskState.EXECUTING, total=7)

    assert shown(world)["data"]["imports"][0]["filesTotal"] == 7


def test_the_reconciler_tells_the_record_what_became_of_imports(world: ExportWorld) -> None:
    world.cluster_with_scratch()
    world.imports.begin(wanted(world, awaited=False))
    world.repositories.become(the_task(world), TaskState.SUCCEEDED, total=7)
    world.clock.sleep(timedelta(hours=2).total_seconds())

    report = world.reconciler.reconcile(dry_run=False)

    assert report.outcomes == ()
    assert [each.state for each in world.record().imports] == [TaskState.SUCCEEDED]


def test_an_import_ends_with_its_cluster(world: ExportWorld) -> None:
    world.comes_up_with_scratch()
    private = wanted(world)
    world.imports.begin(private)

    before = world.imports.is_ended(private)
    world.imports.end(private)
    world.imports.end(private)

    assert not before
    assert world.imports.is_ended(private)
    assert world.imports.is_ended(replace(private, file_system_id="fs-gone"))


def test_an_import_of_a_creation_that_is_gone_changes_no_record(world: ExportWorld) -> None:
    world.comes_up_with_scratch()
    before = world.record()

    world.imports.begin(replace(wanted(world), creation="00000000"))

    assert world.record() == before


def test_no_import_begins_when_its_cluster_goes(world: ExportWorld) -> None:
    world.cluster_with_scratch()
    world.call("DELETE", **IDS)

    world.imports.begin(wanted(world, awaited=False))

    assert world.repositories.begun == {}
