"""What exports and imports need of the world, in their own words."""

from collections.abc import Sequence
from typing import Protocol

from cluster_api.lustre import Association, Task
from cluster_api.model import Project, Record
from cluster_api.receipt import FailedFiles, Proof, Receipt


class Workflows(Protocol):
    """The executions that export a cluster's scratch and then delete its stack."""

    def begin(self, record: Record) -> None:
        """Begin the one that the record's export names; one that was begun already is that."""


class DataRepositories(Protocol):
    """File systems, their associations with S3, and the tasks that move data."""

    def has_file_system(self, file_system_id: str) -> bool:
        """Whether it is there, in whatever state."""

    def association(self, association_id: str) -> Association | None:
        """The association, or None when there is none."""

    def set_automatic_export(self, association: Association, *, on: bool) -> None:
        """Begin to have it export what is written, or no more; what is gone stays so."""

    def tasks(self, file_system_id: str) -> Sequence[Task]:
        """All tasks of the file system that FSx remembers, the oldest first."""

    def start_export(self, association: Association, *, report_path: str, token: str) -> Task:
        """Begin to export what the bucket hasn't; the same token again is the same task.

        Raises:
            RepositoryBusy: not just now.
        """

    def start_import(self, file_system_id: str, *, repository_path: str, token: str) -> Task:
        """Begin to import the metadata of what is in the bucket; the same token is the same task.

        Raises:
            RepositoryBusy: not just now.
        """

    def cancel(self, task_id: str) -> None:
        """Begin to cancel it; one that is over stays as it is."""


class Receipts(Protocol):
    """What exports leave in the scratch bucket."""

    def keep(self, receipt: Receipt) -> None:
        """Put it in the place of an earlier attempt's."""

    def proof(self, project: Project, creation: str) -> Proof | None:
        """What there is of it."""

    def failed_files(self, task: Task) -> FailedFiles:
        """The files that FSx says the task could not export."""
