"""What any data repositories do; the fake and FSx (on the embedded AWS) pass the same."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from cluster_api.aws.data_repositories import FsxDataRepositories
from cluster_api.data_errors import RepositoryBusy
from cluster_api.export_ports import DataRepositories
from cluster_api.lustre import Association, Task, TaskKind, TaskState
from cluster_api_fake_data import ALL_EVENTS, FakeDataRepositories
from export_world import ASSOCIATION
from lustre import Lustre, seen_until


@dataclass(frozen=True, kw_only=True)
class Linked:
    """Data repositories, an association in them, and how a test has tasks go on."""

    port: DataRepositories
    association: Association
    hold: Callable[[], None]
    refuse_a_second: Callable[[], None]
    finish: Callable[[], None]

    @property
    def tasks(self) -> list[Task]:
        return list(self.port.tasks(self.association.file_system_id))

    def now(self) -> Association:
        """The association, once it is AVAILABLE."""

        def lifecycle() -> str:
            found = self.port.association(self.association.id)
            return found.lifecycle if found else "GONE"

        seen_until(lifecycle, "AVAILABLE")
        found = self.port.association(self.association.id)
        assert found is not None
        return found

    def export(self, attempt: int = 1) -> Task:
        """An export, beside which nothing is exported automatically."""
        self.port.set_automatic_export(self.now(), on=False)
        path = f"{self.association.repository_path}.export-reports/1"
        return self.port.start_export(self.now(), report_path=path, token=self.token(attempt))

    def token(self, attempt: int) -> str:
        """A token of this file system's: FSx keeps them for the whole account."""
        return f"{attempt}-{self.association.file_system_id}"


def in_memory() -> Linked:
    fake = FakeDataRepositories()
    fake.link(ASSOCIATION)

    def finish() -> None:
        for task in fake.begun.values():
            if not task.state.is_over:
                fake.become(task.id, TaskState.SUCCEEDED, total=2)

    return Linked(
        port=fake,
        association=ASSOCIATION,
        hold=lambda: None,
        refuse_a_second=lambda: setattr(fake, "queues", False),
        finish=finish,
    )


def emulated(file_system: Lustre) -> Linked:
    policies = {
        "AutoImportPolicy": {"Events": list(ALL_EVENTS)},
        "AutoExportPolicy": {"Events": list(ALL_EVENTS)},
    }
    association_id = file_system.linked("/scratch", S3=policies)
    file_system.write(a="1", b="2")
    port = FsxDataRepositories(client=lambda: file_system.fsx)
    association = port.association(association_id)
    assert association is not None

    def hold() -> None:
        for what in ("exports", "imports"):
            file_system.order(what, hold_after=0)

    def finish() -> None:
        for what in ("exports", "imports"):
            file_system.order(what, seconds=0.1)
        for task in port.tasks(file_system.file_system_id):
            seen_until(lambda id_=task.id: str(file_system.task(id_)["Lifecycle"]), "SUCCEEDED")

    return Linked(
        port=port,
        association=association,
        hold=hold,
        refuse_a_second=lambda: file_system.order("imports", queued=False),
        finish=finish,
    )


@pytest.fixture(params=["fake", "emulated"])
def linked(request: pytest.FixtureRequest) -> Linked:
    if request.param == "fake":
        return in_memory()
    return emulated(request.getfixturevalue("file_system"))


def test_an_association_is_described(linked: Linked) -> None:
    association = linked.now()

    assert association.file_system_path == "/scratch"
    assert association.repository_path == linked.association.repository_path
    assert association.exports_by_itself


def test_what_is_not_there_is_not_found(linked: Linked) -> None:
    assert linked.port.has_file_system(linked.association.file_system_id)
    assert not linked.port.has_file_system("fs-00000000000000000")
    assert linked.port.association("dra-00000000000000000") is None
    assert list(linked.port.tasks("fs-00000000000000000")) == []
    linked.port.cancel("task-00000000000000000")


def test_automatic_export_is_turned_off_and_on_and_imports_stay(linked: Linked) -> None:
    linked.port.set_automatic_export(linked.now(), on=False)
    off = linked.now()
    linked.port.set_automatic_export(off, on=True)
    on = linked.now()

    assert (off.exports_by_itself, on.exports_by_itself) == (False, True)
    assert set(off.import_events) == set(on.import_events) == set(ALL_EVENTS)


def test_an_export_is_one_task_however_often_it_is_begun(linked: Linked) -> None:
    linked.hold()
    task = linked.export()

    again = linked.export()
    other = linked.export(attempt=2)

    assert task.kind is TaskKind.EXPORT
    assert task.paths == ("scratch",)
    assert (again.id == task.id, other.id == task.id) == (True, False)
    assert [each.id for each in linked.tasks] == [task.id, other.id]
    linked.finish()


def test_a_task_that_is_over_tells_its_files_and_times(linked: Linked) -> None:
    linked.export()

    linked.finish()

    (task,) = linked.tasks
    assert task.state is TaskState.SUCCEEDED
    assert (task.files_total, task.files_done, task.files_failed) == (2, 2, 0)
    assert task.started_at is not None
    assert task.ended_at is not None


def test_an_import_is_one_task_however_often_it_is_begun(linked: Linked) -> None:
    path, file_system_id = linked.association.repository_path, linked.association.file_system_id
    linked.hold()

    task = linked.port.start_import(file_system_id, repository_path=path, token=linked.token(1))
    again = linked.port.start_import(file_system_id, repository_path=path, token=linked.token(1))

    assert task.kind is TaskKind.IMPORT
    assert task.paths == (path,)
    assert again.id == task.id
    linked.finish()


def test_a_task_is_cancelled_and_then_stays_so(linked: Linked) -> None:
    linked.hold()
    task = linked.export()

    linked.port.cancel(task.id)
    seen_until(lambda: str(linked.tasks[0].state), "CANCELED")
    linked.port.cancel(task.id)

    assert linked.tasks[0].state is TaskState.CANCELED


def test_where_fsx_takes_one_task_at_a_time_it_is_busy(linked: Linked) -> None:
    path, file_system_id = linked.association.repository_path, linked.association.file_system_id
    linked.hold()
    task = linked.export()
    linked.refuse_a_second()

    with pytest.raises(RepositoryBusy, match="takes no task"):
        linked.port.start_import(file_system_id, repository_path=path, token=linked.token(2))

    linked.port.cancel(task.id)
    seen_until(lambda: str(linked.tasks[0].state), "CANCELED")
