"""Tasks fail file by file or as a whole, and leave what is done."""

import pytest

from lustre import Lustre


def test_files_fail_as_ordered_and_a_report_names_them(file_system: Lustre) -> None:
    file_system.linked("/scratch")
    file_system.write(**{"a": "1", "b,c": "2"})
    file_system.order("exports", seconds=0, failed_files={"scratch/b,c": "S3AccessDenied"})

    task_id = file_system.begin("EXPORT", "scratch", Report=file_system.report())

    assert file_system.failure(task_id) == "1 of 2 files failed."
    assert file_system.counts(task_id) == (2, 1, 1)
    assert file_system.objects() == {
        "scratch/a": "1",
        f"scratch/reports/{task_id}/failures.csv": '"scratch/b,c",failed,S3AccessDenied\n',
    }


def test_what_failed_is_exported_by_the_next_task(file_system: Lustre) -> None:
    file_system.linked("/scratch")
    file_system.write(a="1", b="2")
    file_system.order("exports", seconds=0, failed_files={"scratch/b": "S3Error"})
    file_system.failure(file_system.begin("EXPORT"))
    file_system.revoke("exports")

    task_id = file_system.begin("EXPORT")
    file_system.await_task(task_id, "SUCCEEDED")

    assert file_system.counts(task_id) == (1, 1, 0)
    assert file_system.objects() == {"scratch/a": "1", "scratch/b": "2"}


def test_a_task_fails_as_a_whole_as_ordered(file_system: Lustre) -> None:
    file_system.linked("/scratch")
    file_system.store(a="1")
    file_system.order("imports", hold_after=0, failure="The file system is full.")

    task_id = file_system.begin("IMPORT")
    file_system.await_task(task_id, "EXECUTING")
    file_system.revoke("imports")

    assert file_system.failure(task_id) == "The file system is full."
    assert file_system.files() == {}


def test_a_bucket_that_is_gone_fails_every_file(file_system: Lustre) -> None:
    file_system.linked("/scratch")
    file_system.write(a="1")
    file_system.account.client("s3").delete_bucket(Bucket=file_system.bucket)

    task_id = file_system.begin("EXPORT")

    assert file_system.failure(task_id) == "1 of 1 files failed."
    assert file_system.counts(task_id) == (1, 0, 1)


def test_an_association_that_goes_away_fails_the_files_that_are_left(file_system: Lustre) -> None:
    association_id = file_system.linked("/scratch")
    file_system.write(a="1", b="2")
    file_system.order("exports", seconds=0, hold_after=1)
    task_id = file_system.begin("EXPORT")
    file_system.await_progress(task_id, 1)

    file_system.fsx.delete_data_repository_association(AssociationId=association_id)
    file_system.revoke("exports")
    file_system.await_task(task_id, "FAILED")

    assert file_system.counts(task_id) == (2, 1, 1)
    assert file_system.objects() == {"scratch/a": "1"}


@pytest.mark.parametrize(
    ("kind", "path"),
    [("EXPORT", "/scratch"), ("EXPORT", "elsewhere"), ("EXPORT", "scratch/nothing"),
     ("IMPORT", "/scratch"), ("IMPORT", "s3://another-bucket/scratch/")],
)  # fmt: skip
def test_a_path_that_names_nothing_fails_the_task(
    file_system: Lustre, kind: str, path: str
) -> None:
    file_system.linked("/scratch")

    task_id = file_system.begin(kind, path)

    assert path in file_system.failure(task_id)
