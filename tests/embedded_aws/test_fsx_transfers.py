"""Imports and exports move real objects: those that the other side has not."""

from lustre import Lustre, seen_until


def test_an_import_brings_the_objects_of_the_prefix(file_system: Lustre) -> None:
    file_system.linked("/scratch")
    file_system.store(a="1", b="2")

    task_id = file_system.begin("IMPORT", f"s3://{file_system.bucket}/scratch/")
    file_system.await_task(task_id, "SUCCEEDED")

    told = file_system.task(task_id)
    assert file_system.counts(task_id) == (2, 2, 0)
    assert told["StartTime"] <= told["Status"]["LastUpdatedTime"] <= told["EndTime"]
    assert file_system.files() == {"scratch/a": "1", "scratch/b": "2"}


def test_an_import_leaves_what_was_written_on_the_file_system(file_system: Lustre) -> None:
    file_system.linked("/scratch")
    file_system.store(a="of the bucket")
    file_system.write(a="written here")

    file_system.await_task(file_system.begin("IMPORT"), "SUCCEEDED")

    assert file_system.files() == {"scratch/a": "written here"}


def test_an_import_leaves_what_a_job_has_open_and_replaces_what_changed_in_the_bucket(
    file_system: Lustre,
) -> None:
    file_system.linked("/scratch")
    file_system.store(same="1", other="1")
    file_system.await_task(file_system.begin("IMPORT"), "SUCCEEDED")
    with (file_system.directory / "scratch" / "same").open("a") as job:
        file_system.store(other="2")

        file_system.await_task(file_system.begin("IMPORT"), "SUCCEEDED")

        job.write(" and more")
    assert file_system.files() == {"scratch/same": "1 and more", "scratch/other": "2"}


def test_an_association_may_import_when_it_is_created(file_system: Lustre) -> None:
    file_system.store(a="1")
    file_system.order("imports", hold_after=0)
    association_id = file_system.link("/scratch", BatchImportMetaDataOnCreate=True)
    mine = [{"Name": "data-repository-association-id", "Values": [association_id]}]
    describe = file_system.fsx.describe_data_repository_tasks
    seen_until(lambda: str(len(describe(Filters=mine)["DataRepositoryTasks"])), "1")
    (task,) = describe(Filters=mine)["DataRepositoryTasks"]
    waiting = file_system.association(association_id)["Lifecycle"]

    file_system.revoke("imports")
    file_system.await_link(association_id, "AVAILABLE")

    assert waiting == "CREATING"
    assert task["Type"] == "IMPORT_METADATA_FROM_REPOSITORY"
    assert file_system.files() == {"scratch/a": "1"}


def test_an_export_writes_what_the_repository_has_not(file_system: Lustre) -> None:
    file_system.linked("/scratch")
    file_system.store(old="1", changed="2")
    file_system.await_task(file_system.begin("IMPORT"), "SUCCEEDED")
    file_system.write(changed="3", new="4")

    task_id = file_system.begin("EXPORT", "scratch")
    file_system.await_task(task_id, "SUCCEEDED")
    again = file_system.begin("EXPORT", "scratch")
    file_system.await_task(again, "SUCCEEDED")

    assert file_system.counts(task_id) == (2, 2, 0)
    assert file_system.counts(again) == (0, 0, 0)
    objects = {"scratch/old": "1", "scratch/changed": "3", "scratch/new": "4"}
    assert file_system.objects() == objects


def test_a_task_goes_as_far_as_ordered_and_on_when_the_order_is_gone(file_system: Lustre) -> None:
    file_system.linked("/scratch")
    file_system.write(a="1", b="2", c="3")
    file_system.order("exports", seconds=0, hold_after=2)

    task_id = file_system.begin("EXPORT")
    file_system.await_progress(task_id, 2)
    held, written = file_system.task(task_id), file_system.objects()
    file_system.revoke("exports")
    file_system.await_task(task_id, "SUCCEEDED")

    assert (held["Lifecycle"], held["Status"]["TotalCount"]) == ("EXECUTING", 3)
    assert "EndTime" not in held
    assert written == {"scratch/a": "1", "scratch/b": "2"}
    assert file_system.objects() == {**written, "scratch/c": "3"}
