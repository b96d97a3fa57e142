"""FSx for Lustre: file systems, data repository associations and tasks."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from cluster_api.aws.faults import code_of, message_of, passing_faults
from cluster_api.data_errors import RepositoryBusy
from cluster_api.lustre import Association, Task, TaskKind, TaskState

if TYPE_CHECKING:
    from mypy_boto3_fsx import FSxClient
    from mypy_boto3_fsx.literals import EventTypeType
    from mypy_boto3_fsx.type_defs import (
        DataRepositoryAssociationTypeDef,
        DataRepositoryTaskTypeDef,
        DescribeDataRepositoryTasksRequestTypeDef,
    )

_SERVICE = "FSx"
_ALL_EVENTS: "list[EventTypeType]" = ["NEW", "CHANGED", "DELETED"]
_KINDS = {
    "EXPORT_TO_REPOSITORY": TaskKind.EXPORT,
    "IMPORT_METADATA_FROM_REPOSITORY": TaskKind.IMPORT,
}
_GONE = {
    "FileSystemNotFound",
    "DataRepositoryAssociationNotFound",
    "DataRepositoryTaskNotFound",
}
_BUSY = {"DataRepositoryTaskExecuting", "ServiceLimitExceeded"}


# Not frozen: a cached_property is kept in the instance.
@dataclass(kw_only=True)
class FsxDataRepositories:
    """See DataRepositories. `client` makes the client when it is needed: few requests need it."""

    client: "Callable[[], FSxClient]"

    def has_file_system(self, file_system_id: str) -> bool:
        """See DataRepositories."""
        try:
            with passing_faults(_SERVICE):
                answer = self._client.describe_file_systems(FileSystemIds=[file_system_id])
        except ClientError as error:
            _pass_if_gone(error)
            return False
        return bool(answer["FileSystems"])

    def association(self, association_id: str) -> Association | None:
        """See DataRepositories."""
        try:
            with passing_faults(_SERVICE):
                answer = self._client.describe_data_repository_associations(
                    AssociationIds=[association_id]
                )
        except ClientError as error:
            _pass_if_gone(error)
            return None
        found = answer["Associations"]
        return _association(found[0]) if found else None

    def set_automatic_export(self, association: Association, *, on: bool) -> None:
        """See DataRepositories. What it imports is given again: an update sets both policies."""
        imports: list[EventTypeType] = [
            event for event in _ALL_EVENTS if event in association.import_events
        ]
        try:
            with passing_faults(_SERVICE):
                self._client.update_data_repository_association(
                    AssociationId=association.id,
                    S3={
                        "AutoImportPolicy": {"Events": imports},
                        "AutoExportPolicy": {"Events": _ALL_EVENTS if on else []},
                    },
                )
        except ClientError as error:
            _pass_if_gone(error)

    def tasks(self, file_system_id: str) -> Sequence[Task]:
        """See DataRepositories."""
        try:
            found = [_task(task) for page in self._pages(file_system_id) for task in page]
        except ClientError as error:
            _pass_if_gone(error)
            return []
        return sorted(found, key=lambda task: task.created_at)

    def _pages(self, file_system_id: str) -> "Iterator[list[DataRepositoryTaskTypeDef]]":
        # botocore has no paginator for it.
        asked: DescribeDataRepositoryTasksRequestTypeDef = {
            "Filters": [{"Name": "file-system-id", "Values": [file_system_id]}]
        }
        while True:
            with passing_faults(_SERVICE):
                answer = self._client.describe_data_repository_tasks(**asked)
            yield answer["DataRepositoryTasks"]
            if not answer.get("NextToken"):
                return
            asked["NextToken"] = answer["NextToken"]

    def start_export(self, association: Association, *, report_path: str, token: str) -> Task:
        """See DataRepositories."""
        with _not_just_now(association.file_system_id), passing_faults(_SERVICE):
            answer = self._client.create_data_repository_task(
                Type="EXPORT_TO_REPOSITORY",
                FileSystemId=association.file_system_id,
                Paths=[association.file_system_path.strip("/")],
                Report={
                    "Enabled": True,
                    "Path": report_path,
                    "Format": "REPORT_CSV_20191124",
                    "Scope": "FAILED_FILES_ONLY",
                },
                ClientRequestToken=token,
            )
        return _task(answer["DataRepositoryTask"])

    def start_import(self, file_system_id: str, *, repository_path: str, token: str) -> Task:
        """See DataRepositories."""
        with _not_just_now(file_system_id), passing_faults(_SERVICE):
            answer = self._client.create_data_repository_task(
                Type="IMPORT_METADATA_FROM_REPOSITORY",
                FileSystemId=file_system_id,
                Paths=[repository_path],
                Report={"Enabled": False},
                ClientRequestToken=token,
            )
        return _task(answer["DataRepositoryTask"])

    def cancel(self, task_id: str) -> None:
        """See DataRepositories."""
        try:
            with passing_faults(_SERVICE):
                self._client.cancel_data_repository_task(TaskId=task_id)
        except ClientError as error:
            if code_of(error) != "DataRepositoryTaskEnded":
                _pass_if_gone(error)

    @cached_property
    def _client(self) -> "FSxClient":
        return self.client()


def _pass_if_gone(error: ClientError) -> None:
    if code_of(error) not in _GONE:
        raise error


@contextmanager
def _not_just_now(file_system_id: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if code_of(error) in _BUSY:
            raise RepositoryBusy(file_system_id, message_of(error)) from error
        raise


def _association(found: "DataRepositoryAssociationTypeDef") -> Association:
    policies = found.get("S3", {})
    return Association(
        id=found.get("AssociationId", ""),
        file_system_id=found.get("FileSystemId", ""),
        file_system_path=found.get("FileSystemPath", "/"),
        repository_path=found.get("DataRepositoryPath", ""),
        lifecycle=found.get("Lifecycle", "FAILED"),
        import_events=tuple(policies.get("AutoImportPolicy", {}).get("Events", ())),
        export_events=tuple(policies.get("AutoExportPolicy", {}).get("Events", ())),
        explanation=found.get("FailureDetails", {}).get("Message", ""),
    )


def _task(found: "DataRepositoryTaskTypeDef") -> Task:
    status = found.get("Status", {})
    return Task(
        id=found["TaskId"],
        kind=_KINDS.get(found["Type"], TaskKind.OTHER),
        state=TaskState(found["Lifecycle"]),
        paths=tuple(found.get("Paths", ())),
        created_at=found["CreationTime"],
        files_total=status.get("TotalCount", 0),
        files_done=status.get("SucceededCount", 0),
        files_failed=status.get("FailedCount", 0),
        started_at=found.get("StartTime"),
        ended_at=found.get("EndTime"),
        explanation=found.get("FailureDetails", {}).get("Message", ""),
        report_path=found.get("Report", {}).get("Path", ""),
    )
