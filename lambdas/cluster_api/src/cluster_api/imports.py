"""What is in the buckets becomes visible on Lustre: import tasks, and what records tell of them."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cluster_api.data_errors import ImportFailed, RepositoryBusy
from cluster_api.export_ports import DataRepositories
from cluster_api.lustre import Task, TaskKind, TaskState, brought_up, transferred
from cluster_api.model import Project, Record, State
from cluster_api.ports import Registry
from cluster_api.release import rereading

_log = logging.getLogger(__name__)

_GOING = {State.CREATE_FAILED, State.DELETE_IN_PROGRESS, State.DELETE_FAILED}


@dataclass(frozen=True, kw_only=True)
class Import:
    """What a cluster wants imported: a prefix of a bucket, to be seen below `path`.

    With `awaited` the cluster isn't complete before the import is.
    """

    project: Project
    creation: str
    file_system_id: str
    path: str
    repository_path: str
    awaited: bool

    @property
    def token(self) -> str:
        """By which FSx knows the task again; at most 63 characters (CreateDataRepositoryTask)."""
        place = self.path.strip("/").replace("/", "-")
        return f"import-{self.creation}-{place}"[:63]

    def task_among(self, tasks: Sequence[Task]) -> Task | None:
        """Its task, the newest one; None if it was not begun."""
        mine = [
            task
            for task in tasks
            if task.kind is TaskKind.IMPORT
            and [path.rstrip("/") for path in task.paths] == [self.repository_path.rstrip("/")]
        ]
        return mine[-1] if mine else None


def with_import(record: Record, wanted: Import, task: Task) -> Record:
    """The record with what is known of an import now."""
    others = [each for each in record.imports if each.path != wanted.path]
    imports = sorted([*others, transferred(wanted.path, task)], key=lambda each: each.path)
    return replace(record, imports=tuple(imports))


def followed(record: Record, repositories: DataRepositories) -> Record:
    """The record with its imports as far as they are; FSx is asked only if one may not be over."""
    if record.scratch is None or not record.has_unfinished_imports:
        return record
    tasks = repositories.tasks(record.scratch.file_system_id)
    return replace(record, imports=brought_up(record.imports, tasks))


@dataclass(frozen=True, kw_only=True)
class MetadataImports:
    """Begins imports, follows them, and tells the record."""

    registry: Registry
    repositories: DataRepositories

    def begin(self, wanted: Import) -> None:
        """Begin it, as often as it is asked; where FSx is at another task, `is_complete` does."""
        task = self._task(wanted)
        if task is not None:
            self._tell(wanted, task)

    def is_complete(self, wanted: Import) -> bool:
        """Whether the cluster need not wait for it any more.

        Raises:
            ImportFailed: it is awaited, and won't come to its end.
        """
        task = self._task(wanted)
        if task is None:
            return False
        self._tell(wanted, task)
        if not wanted.awaited or task.state is TaskState.SUCCEEDED:
            return True
        if task.state is TaskState.FAILED and task.files_done:
            # FSx calls a task failed for one file: GET tells the counts, the rest is there.
            return True
        if task.state.is_over:
            raise ImportFailed(wanted.path, task.id, task.state, task.explanation)
        return False

    def end(self, wanted: Import) -> None:
        """Nobody needs it any more: the file system goes."""
        task = self._begun(wanted)
        if task is not None and not task.state.is_over:
            self.repositories.cancel(task.id)

    def is_ended(self, wanted: Import) -> bool:
        """Whether its task is over: FSx deletes no file system that is at work."""
        task = self._begun(wanted)
        return task is None or task.state.is_over

    def _begun(self, wanted: Import) -> Task | None:
        task = wanted.task_among(self.repositories.tasks(wanted.file_system_id))
        _log.info("import to %s: %s", wanted.path, task.state if task else "there is no task")
        return task

    def _task(self, wanted: Import) -> Task | None:
        begun = self._begun(wanted)
        if begun is not None:
            return begun
        record = self._record(wanted)
        if record is None or record.state in _GOING:
            # CDK's framework asks on though the stack rolls back. FSx deletes no file system that
            # is at work, and nobody would end what is begun now.
            return None
        try:
            return self.repositories.start_import(
                wanted.file_system_id, repository_path=wanted.repository_path, token=wanted.token
            )
        except RepositoryBusy:
            return None

    def _record(self, wanted: Import) -> Record | None:
        record = self.registry.find(wanted.project)
        return record if record is not None and record.creation == wanted.creation else None

    def _tell(self, wanted: Import, task: Task) -> None:
        rereading(lambda: self._write(wanted, task))

    def _write(self, wanted: Import, task: Task) -> None:
        record = self._record(wanted)
        if record is None:
            return
        told = with_import(record, wanted, task)
        if told != record:
            self.registry.save(told, record)
