"""FSx, the scratch bucket and Step Functions in memory, as far as exports and imports use them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from cluster_api.data_errors import RepositoryBusy
from cluster_api.export_attempts import Order, order_of
from cluster_api.lustre import Association, Task, TaskKind, TaskState
from cluster_api.model import Project, Record
from cluster_api.receipt import FailedFiles, Proof, Receipt
from cluster_api_fakes import FakeClock

ALL_EVENTS = ("NEW", "CHANGED", "DELETED")


@dataclass
class FakeDataRepositories:
    """Associations that change at once, and tasks that go on when a test says so."""

    clock: FakeClock = field(default_factory=FakeClock)
    file_systems: set[str] = field(default_factory=set)
    associations: dict[str, Association] = field(default_factory=dict)
    begun: dict[str, Task] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    # Whether a task that comes while another runs is PENDING; else it is refused.
    queues: bool = True
    # What it says to every new task, if a quota is used up.
    refusal: str | None = None

    def link(self, association: Association) -> None:
        """A file system comes to be, and its association."""
        self.file_systems.add(association.file_system_id)
        self.associations[association.id] = association

    def has_file_system(self, file_system_id: str) -> bool:
        return file_system_id in self.file_systems

    def association(self, association_id: str) -> Association | None:
        return self.associations.get(association_id)

    def set_automatic_export(self, association: Association, *, on: bool) -> None:
        found = self.associations.get(association.id)
        if found is not None:
            assert found.can_be_updated, "FSx refuses to update what is changing, or has failed"
            events = ALL_EVENTS if on else ()
            self.associations[found.id] = replace(found, export_events=events)

    def tasks(self, file_system_id: str) -> Sequence[Task]:
        return [task for id_, task in self.begun.items() if self.owners[id_] == file_system_id]

    def start_export(self, association: Association, *, report_path: str, token: str) -> Task:
        assert report_path.startswith(association.repository_path), "FSx takes no other place"
        paths = (association.file_system_path.strip("/"),)
        if token not in self.tokens:
            now = self.associations[association.id]
            assert not now.exports_by_itself, "FSx refuses an export beside the automatic one"
        return self._start(
            association.file_system_id, TaskKind.EXPORT, paths, token, report_path=report_path
        )

    def start_import(self, file_system_id: str, *, repository_path: str, token: str) -> Task:
        return self._start(file_system_id, TaskKind.IMPORT, (repository_path,), token)

    def cancel(self, task_id: str) -> None:
        task = self.begun.get(task_id)
        if task is not None and not task.state.is_over:
            self.become(task_id, TaskState.CANCELED)

    def become(
        self,
        task_id: str,
        state: TaskState,
        *,
        total: int = 0,
        failed: int = 0,
        explanation: str = "",
    ) -> None:
        """A task goes on, or ends."""
        now = self.clock.now()
        task = self.begun[task_id]
        self.begun[task_id] = replace(
            task,
            state=state,
            files_total=total or task.files_total,
            files_done=(total - failed) if state.is_over else task.files_done,
            files_failed=failed,
            started_at=task.started_at or now,
            ended_at=now if state.is_over else None,
            explanation=explanation,
        )

    def _start(
        self,
        file_system_id: str,
        kind: TaskKind,
        paths: tuple[str, ...],
        token: str,
        report_path: str = "",
    ) -> Task:
        if token in self.tokens:
            return self.begun[self.tokens[token]]
        if self.refusal:
            raise RepositoryBusy(file_system_id, self.refusal)
        active = [task for task in self.tasks(file_system_id) if not task.state.is_over]
        if active and not self.queues:
            raise RepositoryBusy(file_system_id, f"{active[0].id} is not over")
        task = Task(
            id=f"task-{len(self.begun)}",
            kind=kind,
            state=TaskState.PENDING,
            paths=paths,
            created_at=self.clock.now(),
            report_path=report_path,
        )
        self.tokens[token] = task.id
        self.owners[task.id] = file_system_id
        self.begun[task.id] = task
        return task


@dataclass
class FakeReceipts:
    """The scratch bucket's receipts by key, and what FSx's reports list."""

    kept: dict[str, Receipt] = field(default_factory=dict)
    reports: dict[str, FailedFiles] = field(default_factory=dict)

    def keep(self, receipt: Receipt) -> None:
        self.kept[f"{receipt.project.id}/{receipt.creation}"] = receipt

    def proof(self, project: Project, creation: str) -> Proof | None:
        kept = self.kept.get(f"{project.id}/{creation}")
        if kept is None:
            return None
        return Proof(file_system_id=kept.file_system_id, outcome=kept.outcome)

    def failed_files(self, task: Task) -> FailedFiles:
        return self.reports.get(task.id, FailedFiles())


@dataclass
class FakeWorkflows:
    """Executions by name; one that has ended is never begun again."""

    orders: dict[str, Order] = field(default_factory=dict)
    running: list[str] = field(default_factory=list)

    def begin(self, record: Record) -> None:
        assert record.export is not None
        order = order_of(record, record.export)
        if order.name not in self.orders:
            self.orders[order.name] = order
            self.running.append(order.name)

    def end(self, name: str) -> None:
        """An execution is over, or dead."""
        self.running.remove(name)
