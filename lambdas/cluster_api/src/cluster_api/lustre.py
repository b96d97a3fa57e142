"""What is known of a cluster's Lustre file system: which it is, its transfers, and its deletion."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class TaskState(StrEnum):
    """FSx's words for a data repository task (Amazon FSx, DataRepositoryTask, Lifecycle)."""

    PENDING = "PENDING"
    EXECUTING = "EXECUTING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    CANCELED = "CANCELED"
    CANCELING = "CANCELING"

    @property
    def is_over(self) -> bool:
        """Whether nothing changes any more."""
        return self in {TaskState.SUCCEEDED, TaskState.FAILED, TaskState.CANCELED}


class TaskKind(StrEnum):
    """What a task moves."""

    EXPORT = "export"
    IMPORT = "import"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a task is. The counts are of files that have been done so far, the failed apart."""

    state: TaskState
    files_total: int = 0
    files_done: int = 0
    files_failed: int = 0
    started_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def has_moved_all(self) -> bool:
        """Whether no file is missing where it was to go; a task may succeed without some."""
        return self.state is TaskState.SUCCEEDED and self.files_failed == 0


@dataclass(frozen=True, kw_only=True)
class Task(Progress):
    """A data repository task as FSx describes it.

    An import's `paths` are `s3://bucket/prefix/`, an export's begin at the file system's root,
    without a slash. `explanation` is why it failed.
    """

    id: str
    kind: TaskKind
    paths: tuple[str, ...]
    created_at: datetime
    explanation: str = ""
    report_path: str = ""


@dataclass(frozen=True, kw_only=True)
class Association:
    """A data repository association: a directory of the file system, linked to a prefix of S3.

    `lifecycle` is FSx's: CREATING, AVAILABLE, MISCONFIGURED, UPDATING, DELETING or FAILED, and
    `explanation` why it is one of those that are wrong.
    """

    id: str
    file_system_id: str
    file_system_path: str
    repository_path: str
    lifecycle: str
    import_events: tuple[str, ...]
    export_events: tuple[str, ...]
    explanation: str = ""

    @property
    def can_be_updated(self) -> bool:
        """Whether FSx takes an update: not while it changes, goes, or after it has failed."""
        return self.lifecycle in {"AVAILABLE", "MISCONFIGURED"}

    @property
    def exports_by_itself(self) -> bool:
        """Whether what is written is exported without a task."""
        return bool(self.export_events)


@dataclass(frozen=True, kw_only=True)
class Scratch:
    """The file system that holds a cluster's scratch, and the association that saves it."""

    file_system_id: str
    association_id: str


@dataclass(frozen=True, kw_only=True)
class Transfer(Progress):
    """What a record keeps of a task: `path` is a directory of the file system.

    An import that FSx has taken no task for yet has no `task_id`, but the `repository_path`
    (`s3://bucket/prefix/`) that it will be of.
    """

    path: str
    task_id: str
    repository_path: str | None = None

    @property
    def is_to_begin(self) -> bool:
        """Whether it is an import that waits until FSx is at no other task."""
        return self.repository_path is not None and not self.state.is_over


@dataclass(frozen=True, kw_only=True)
class Forced:
    """Who let go of what was not exported, and when."""

    by: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Export:
    """What a DELETE does before its stack is deleted.

    `attempt` (8 hex digits) names it and its export task; `run` counts the executions of the
    workflow, which may die. `checked_at` is when the last step was. `stack_told`: it is over, and
    the stack goes. `report_path` is where FSx lists the files that failed. `waiting_for` is why FSx
    took no task at the last step, in its words.
    """

    attempt: str
    begun_at: datetime
    checked_at: datetime
    run: int = 1
    stack_told: bool = False
    forced: Forced | None = None
    transfer: Transfer | None = None
    report_path: str | None = None
    waiting_for: str | None = None

    @property
    def is_saved(self) -> bool:
        """Whether all files are in the bucket."""
        return self.transfer is not None and self.transfer.has_moved_all


def brought_up(transfers: Iterable[Transfer], tasks: Sequence[Task]) -> tuple[Transfer, ...]:
    """The transfers as far as their tasks, the oldest first, are.

    FSx forgets a task some days after its end: one that it doesn't know is over.
    """
    return tuple(_now(each, _task_of(each, tasks)) for each in transfers)


def import_of(repository_path: str, tasks: Sequence[Task]) -> Task | None:
    """The newest of the tasks, the oldest first, that imports just this; None if none does."""
    mine = [
        task
        for task in tasks
        if task.kind is TaskKind.IMPORT
        and [path.rstrip("/") for path in task.paths] == [repository_path.rstrip("/")]
    ]
    return mine[-1] if mine else None


def _task_of(transfer: Transfer, tasks: Sequence[Task]) -> Task | None:
    if transfer.repository_path is not None:
        return import_of(transfer.repository_path, tasks)
    return next((task for task in tasks if task.id == transfer.task_id), None)


def _now(last: Transfer, task: Task | None) -> Transfer:
    if task is not None:
        return transferred(last.path, task)
    return last if last.state.is_over else replace(last, state=TaskState.CANCELED)


def transferred(path: str, task: Task) -> Transfer:
    """What a record keeps of a task."""
    return Transfer(
        path=path,
        task_id=task.id,
        state=task.state,
        files_total=task.files_total,
        files_done=task.files_done,
        files_failed=task.files_failed,
        started_at=task.started_at,
        ended_at=task.ended_at,
    )
