"""What FSx refuses before a task begins, or because one runs."""

from aws_account import refusal, unique
from lustre import Lustre


def test_a_second_task_is_refused_as_ordered(file_system: Lustre) -> None:
    file_system.linked("/scratch")
    file_system.order("imports", hold_after=0)
    file_system.order("exports", queued=False)
    file_system.begin("IMPORT")

    code, _ = file_system.refusal_to_begin("EXPORT")

    assert code == "DataRepositoryTaskExecuting"


def test_an_export_is_refused_while_automatic_export_is_on(file_system: Lustre) -> None:
    exports = {"AutoExportPolicy": {"Events": ["NEW", "CHANGED"]}}
    association_id = file_system.linked("/scratch", S3=exports)

    on = file_system.refusal_to_begin("EXPORT", "scratch")
    file_system.order("associations", seconds=3600)
    file_system.fsx.update_data_repository_association(
        AssociationId=association_id, S3={"AutoExportPolicy": {"Events": []}}
    )
    updating = file_system.refusal_to_begin("EXPORT", "scratch")
    file_system.revoke("associations")
    file_system.await_link(association_id, "AVAILABLE")

    assert on[0] == updating[0] == "BadRequest"
    assert "Automatic export is on for /scratch" in on[1]
    assert "UPDATING" in updating[1]
    file_system.await_task(file_system.begin("EXPORT", "scratch"), "SUCCEEDED")


def test_what_fsx_refuses_is_refused(file_system: Lustre) -> None:
    unlinked = file_system.refusal_to_begin("EXPORT")
    file_system.linked("/scratch")
    outside = {**file_system.report(), "Path": f"s3://{file_system.bucket}/elsewhere"}
    scope = {**file_system.report(), "Scope": None}
    del scope["Scope"]

    assert "has no data repository association" in unlinked[1]
    assert "elsewhere" in file_system.refusal_to_begin("EXPORT", Report=outside)[1]
    assert "Report.Scope" in file_system.refusal_to_begin("EXPORT", Report=scope)[1]


def test_a_repeated_request_is_the_same_task(file_system: Lustre) -> None:
    file_system.linked("/scratch")
    token = unique("token")

    first = file_system.begin("EXPORT", ClientRequestToken=token)
    second = file_system.begin("EXPORT", ClientRequestToken=token)

    assert second == first
    code, _ = file_system.refusal_to_begin("IMPORT", ClientRequestToken=token)
    assert code == "IncompatibleParameterError"


def test_a_file_system_is_not_deleted_while_a_task_runs(file_system: Lustre) -> None:
    file_system.linked("/scratch")
    file_system.order("exports", hold_after=0)
    task_id = file_system.begin("EXPORT")

    error = refusal(file_system.fsx.delete_file_system, FileSystemId=file_system.file_system_id)

    assert error is not None
    assert error.response["Error"]["Code"] == "BadRequest"
    assert task_id in str(error)
