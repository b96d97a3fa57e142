"""FSx's actions on data repository tasks: import objects, export files."""

from typing import Any

from embedded_aws.emulator.fsx import orders, records, task_rules, task_runs
from embedded_aws.emulator.fsx.errors import FsxError
from embedded_aws.emulator.fsx.file_systems import known
from embedded_aws.emulator.fsx.paging import choose, page
from embedded_aws.emulator.fsx.task_paths import touched

Arguments = dict[str, Any]


def create(asked: Arguments) -> Arguments:
    """CreateDataRepositoryTask. Tasks of a file system run one after the other."""
    if repeated := records.tasks.made_by(asked):
        return {"DataRepositoryTask": repeated.described()}
    file_system = known(asked["FileSystemId"])
    task_rules.check(file_system, asked)
    order = orders.of(file_system, task_runs.order_name(asked["Type"]))
    running = task_runs.active(file_system.id)
    if running and not order.queued:
        raise FsxError(
            "DataRepositoryTaskExecuting",
            f"Task {running[0].id} of {file_system.id} is not over: wait until it is",
        )
    return {"DataRepositoryTask": task_runs.begin(file_system, asked).described()}


def describe(asked: Arguments) -> Arguments:
    """DescribeDataRepositoryTasks."""
    ids = asked.get("TaskIds") or []
    chosen = [task(task_id) for task_id in ids] if ids else records.tasks.all()
    return page(choose(chosen, asked, FILTERS), asked, "DataRepositoryTasks")


def task(task_id: str) -> records.Record:
    """Give a task that is known, or refuse."""
    record = records.tasks.get(task_id)
    if record is None:
        raise FsxError("DataRepositoryTaskNotFound", f"Task '{task_id}' does not exist.")
    return record


def cancel(asked: Arguments) -> Arguments:
    """CancelDataRepositoryTask; what is done stays done."""
    record = task(asked["TaskId"])
    task_runs.cancel(record)
    return {"Lifecycle": record.lifecycle, "TaskId": record.id}


def _associations(record: records.Record) -> list[str]:
    reached = touched(record.file_system_id, record.data["Type"], record.data["Paths"])
    return [link.id for link in reached]


FILTERS = {
    "data-repository-association-id": _associations,
    "file-system-id": lambda record: [record.file_system_id],
    "task-lifecycle": lambda record: [record.lifecycle],
}
