"""Tasks of a file system come one after the other, are cancelled, and are listed."""

from aws_account import refusal
from lustre import Lustre


def test_tasks_of_a_file_system_come_one_after_the_other(file_system: Lustre) -> None:
    file_system.linked("/scratch")
    file_system.order("imports", hold_after=0)
    first = file_system.begin("IMPORT")
    file_system.await_task(first, "EXECUTING")

    second = file_system.begin("EXPORT")

    assert file_system.task(second)["Lifecycle"] == "PENDING"
    assert "StartTime" not in file_system.task(second)
    file_system.revoke("imports")
    file_system.await_task(second, "SUCCEEDED")
    assert file_system.task(first)["EndTime"] <= file_system.task(second)["StartTime"]


def test_a_cancelled_task_leaves_what_is_done(file_system: Lustre) -> None:
    file_system.linked("/scratch")
    file_system.write(a="1", b="2")
    file_system.order("exports", seconds=0, hold_after=1)
    task_id = file_system.begin("EXPORT")
    file_system.await_progress(task_id, 1)

    asked = file_system.fsx.cancel_data_repository_task(TaskId=task_id)
    file_system.await_task(task_id, "CANCELED")

    again = refusal(file_system.fsx.cancel_data_repository_task, TaskId=task_id)
    assert asked == {**asked, "TaskId": task_id, "Lifecycle": "CANCELING"}
    assert file_system.counts(task_id) == (2, 1, 0)
    assert file_system.objects() == {"scratch/a": "1"}
    assert again is not None
    assert again.response["Error"]["Code"] == "DataRepositoryTaskEnded"


def test_tasks_are_listed_by_file_system_lifecycle_and_association(file_system: Lustre) -> None:
    association_id = file_system.linked("/scratch")
    other = file_system.linked("/project")
    task_id = file_system.begin("EXPORT", "scratch")
    file_system.await_task(task_id, "SUCCEEDED")

    def listed(**filters: str) -> list[str]:
        told = file_system.fsx.describe_data_repository_tasks(
            Filters=[
                {"Name": name.replace("_", "-"), "Values": [value]}
                for name, value in {"file_system_id": file_system.file_system_id, **filters}.items()
            ]
        )
        return [task["TaskId"] for task in told["DataRepositoryTasks"]]

    assert listed() == [task_id]
    assert listed(task_lifecycle="SUCCEEDED") == [task_id]
    assert listed(task_lifecycle="EXECUTING") == []
    assert listed(data_repository_association_id=association_id) == [task_id]
    assert listed(data_repository_association_id=other) == []
