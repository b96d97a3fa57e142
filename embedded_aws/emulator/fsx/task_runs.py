"""How a data repository task runs: when its turn comes, file by file, until it ends."""

import threading
import time
from dataclasses import dataclass, field
from typing import Any

from embedded_aws.emulator import background
from embedded_aws.emulator.fsx import (
    objects,
    orders,
    records,
    reports,
    transfers,
)
from embedded_aws.emulator.fsx.errors import FsxError
from embedded_aws.emulator.fsx.task_paths import Item, PathError, to_export, to_import
from embedded_aws.emulator.fsx.task_rules import EXPORT, IMPORT

OVER = ("SUCCEEDED", "FAILED", "CANCELED")
ACTIVE = ("PENDING", "EXECUTING", "CANCELING")

# A request may cancel a task at the moment at which it goes on by itself.
_changing = threading.Lock()


@dataclass(kw_only=True)
class Run:
    """A task at work: what it does, and the files that failed, with their error codes."""

    task: records.Record
    file_system: records.Record
    failure: str = ""  # of the task as a whole, as it was ordered when it began
    failed: dict[str, str] = field(default_factory=dict)

    @property
    def order(self) -> orders.Order:
        """The order that counts now."""
        return orders.of(self.file_system, order_name(str(self.task.data["Type"])))


def order_name(kind: str) -> str:
    """Give the order that counts for tasks of a type."""
    return "exports" if kind == EXPORT else "imports"


def active(file_system_id: str) -> list[records.Record]:
    """Give the tasks of the file system that are not over."""
    return [task for task in records.tasks.of(file_system_id) if task.state in ACTIVE]


def begin(file_system: records.Record, asked: dict[str, Any]) -> records.Record:
    """Add a task, and have it run after those that came before it."""
    task_id = records.new_id("task")
    data = {
        "FileSystemId": file_system.id,
        "Paths": asked.get("Paths") or [],
        "Report": asked["Report"],
        "ResourceARN": records.arn_of(f"task/{task_id}"),
        "Tags": asked.get("Tags") or [],
        "TaskId": task_id,
        "Type": asked["Type"],
    }
    before = active(file_system.id)
    task = records.Record(id=task_id, data=data, asked=asked, state="PENDING")
    records.tasks.add(task)
    run = Run(task=task, file_system=file_system)
    background.start(task_id, lambda: _live(run, before))
    return task


def import_of(file_system: records.Record, link: records.Record) -> records.Record:
    """Begin the import that an association may have when it's created."""
    paths = [link.data["DataRepositoryPath"]]
    report = {"Enabled": False}
    asked = {"FileSystemId": file_system.id, "Type": IMPORT, "Paths": paths, "Report": report}
    return begin(file_system, asked)


def cancel(task: records.Record) -> None:
    """Have it stop before its next file."""
    with _changing:
        if task.state in OVER:
            raise FsxError("DataRepositoryTaskEnded", f"Task {task.id} is {task.state} already.")
        task.end("CANCELING")


def _live(run: Run, before: list[records.Record]) -> None:
    task = run.task
    background.wait_until(lambda: task.state != "PENDING" or all(t.state in OVER for t in before))
    try:
        if _is_begun(task):
            _work(run)
        _end(run)
    except (FsxError, PathError, objects.StoreError, OSError) as reason:
        _close(task, "FAILED", str(getattr(reason, "message", reason)))


def _is_begun(task: records.Record) -> bool:
    with _changing:
        if task.state != "PENDING":
            return False
        task.data["StartTime"] = time.time()
        task.end("EXECUTING")
        return True


def _work(run: Run) -> None:
    _count(run, total=0, done=0)
    since = time.time()
    items: list[Item] = []
    run.failure = run.order.failure
    if not run.failure:
        choose = to_export if run.task.data["Type"] == EXPORT else to_import
        items = list(choose(run.file_system.id, run.task.data["Paths"]))
    for item in items:
        if item.is_directory:
            # Whatever comes of it: what fails is the files in it, or its own attributes are lost.
            transfers.transfer(run.task, item)
    items = [item for item in items if not item.is_directory]
    _count(run, total=len(items), done=0)
    for done, item in enumerate(items):
        _await(run, since, done=done, of=len(items))
        if run.task.state == "CANCELING":
            return
        code = run.order.failed_files.get(item.path) or transfers.transfer(run.task, item)
        if code:
            run.failed[item.path] = code
        _count(run, total=len(items), done=done + 1)
    _await(run, since, done=len(items), of=len(items))


def _await(run: Run, since: float, *, done: int, of: int) -> None:
    """Wait until the next file is due, after the last one until the task may end."""

    def due() -> bool:
        order = run.order
        held = order.hold_after is not None and done >= order.hold_after
        late = time.time() >= since + order.seconds * (done + 1) / (of + 1)
        return run.task.state == "CANCELING" or (late and not held)

    background.wait_until(due)


def _count(run: Run, *, total: int, done: int) -> None:
    failed = len(run.failed)
    run.task.data["Status"] = {
        "TotalCount": total,
        "SucceededCount": done - failed,
        "FailedCount": failed,
        "LastUpdatedTime": time.time(),
    }


def _end(run: Run) -> None:
    task = run.task
    reports.deliver(task, run.failed)
    if task.state == "CANCELING":
        _close(task, "CANCELED")
    elif run.failure:
        _close(task, "FAILED", run.failure)
    elif run.failed:
        total = task.data["Status"]["TotalCount"]
        _close(task, "FAILED", f"{len(run.failed)} of {total} files failed.")
    else:
        _close(task, "SUCCEEDED")


def _close(task: records.Record, state: str, failure: str = "") -> None:
    with _changing:
        task.data["EndTime"] = time.time()
        task.end(state, failure)
