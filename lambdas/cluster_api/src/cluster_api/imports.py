"""What is in the buckets becomes visible on Lustre: import tasks, and what records tell of them."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cluster_api.data_errors import ImportFailed, RepositoryBusy
from cluster_api.export_ports import DataRepositories
from cluster_api.lustre import (
    Task,
    TaskState,
    Transfer,
    brought_up,
    import_of,
    transferred,
)
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
        return token_of(self.creation, self.path)

    @property
    def to_begin(self) -> Transfer:
        """What a record keeps of it before FSx takes its task."""
        return Transfer(
            path=self.path,
            task_id="",
            state=TaskState.PENDING,
            repository_path=self.repository_path,
        )


def token_of(creation: str, path: str) -> str:
    """See Import.token."""
    place = path.strip("/").replace("/", "-")
    return f"import-{creation}-{place}"[:63]


def with_import(record: Record, known: Transfer) -> Record:
    """The record with what is known of an import now."""
    others = [each for each in record.imports if each.path != known.path]
    imports = sorted([*others, known], key=lambda each: each.path)
    return replace(record, imports=tuple(imports))


def followed(record: Record, repositories: DataRepositories) -> Record:
    """The record with its imports as far as they are; FSx is asked only if one may not be over."""
    if record.scratch is None or not record.has_unfinished_imports:
        return record
    return _brought_up(record, repositories.tasks(record.scratch.file_system_id))


def continued(record: Record, repositories: DataRepositories) -> Record:
    """The same; of a complete cluster the next import is begun that waited for its turn.

    FSx takes one task at a time. Nothing but this begins what a cluster didn't wait for.
    """
    if record.scratch is None or not record.has_unfinished_imports:
        return record
    file_system_id = record.scratch.file_system_id
    tasks = repositories.tasks(file_system_id)
    seen = _brought_up(record, tasks)
    if record.state is not State.CREATE_COMPLETE or any(not task.state.is_over for task in tasks):
        return seen
    turn = next((each for each in seen.imports if each.is_to_begin), None)
    if turn is None or turn.repository_path is None:
        return seen
    try:
        task = repositories.start_import(
            file_system_id,
            repository_path=turn.repository_path,
            token=token_of(record.creation, turn.path),
        )
    except RepositoryBusy as refusal:
        _log.warning("%s of %s waits: %s", turn.path, record.project.id, refusal)
        return seen
    return with_import(seen, transferred(turn.path, task))


def _brought_up(record: Record, tasks: Sequence[Task]) -> Record:
    imports = brought_up(record.imports, tasks)
    if record.state not in _GOING:
        imports = tuple(
            last if last.is_to_begin and not now.task_id else now
            for last, now in zip(record.imports, imports, strict=True)
        )
    return replace(record, imports=imports)


@dataclass(frozen=True, kw_only=True)
class MetadataImports:
    """Begins imports, follows them, and tells the record."""

    registry: Registry
    repositories: DataRepositories

    def begin(self, wanted: Import) -> None:
        """Begin it, as often as it is asked; not where FSx is at another task."""
        task = self._task(wanted)
        if task is not None:
            self._tell(wanted, transferred(wanted.path, task))

    def is_complete(self, wanted: Import) -> bool:
        """Whether the cluster need not wait for it any more.

        Raises:
            ImportFailed: it is awaited, and won't come to its end.
        """
        task = self._task(wanted)
        if task is None and wanted.awaited:
            return False
        if task is None:
            # The task that FSx is at may take hours, and isn't awaited either. See `continued`.
            self._tell(wanted, wanted.to_begin)
            return True
        self._tell(wanted, transferred(wanted.path, task))
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
        task = import_of(wanted.repository_path, self.repositories.tasks(wanted.file_system_id))
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

    def _tell(self, wanted: Import, known: Transfer) -> None:
        rereading(lambda: self._write(wanted, known))

    def _write(self, wanted: Import, known: Transfer) -> None:
        record = self._record(wanted)
        if record is None or (known.is_to_begin and record.state in _GOING):
            return
        told = with_import(record, known)
        if told != record:
            self.registry.save(told, record)
