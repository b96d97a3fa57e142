"""Imports that nobody awaits, on an FSx that refuses a task while another runs."""

from dataclasses import replace

from cluster_api.aws.data_repositories import FsxDataRepositories
from cluster_api.imports import Import, MetadataImports, continued
from cluster_api.lustre import Scratch, TaskState
from cluster_api.model import State
from cluster_api_fakes import FakeRegistry
from cluster_api_world import LAB, record_of
from lustre import Lustre, seen_until


def test_each_is_complete_at_once_and_begun_when_the_one_before_is_over(
    file_system: Lustre,
) -> None:
    paths = ["/containers", "/project/public"]
    for path in paths:
        file_system.linked(path)
    file_system.order("imports", queued=False, hold_after=0)
    registry = FakeRegistry()
    repositories = FsxDataRepositories(client=lambda: file_system.fsx)
    imports = MetadataImports(registry=registry, repositories=repositories)
    scratch = Scratch(file_system_id=file_system.file_system_id, association_id="dra-1")
    # FSx keeps tokens for the whole account.
    creation = file_system.file_system_id.removeprefix("fs-")[:8]
    record = registry.admit(replace(record_of(), creation=creation, scratch=scratch), None)

    complete = []
    for path in paths:
        wanted = Import(
            project=LAB,
            creation=record.creation,
            file_system_id=file_system.file_system_id,
            path=path,
            repository_path=f"s3://{file_system.bucket}/{path.strip('/')}/",
            awaited=False,
        )
        imports.begin(wanted)
        complete.append(imports.is_complete(wanted))
    made = replace(registry.clusters[LAB.id], state=State.CREATE_COMPLETE)
    while_busy = continued(made, repositories)
    file_system.order("imports", queued=False, seconds=0)
    (first,) = repositories.tasks(file_system.file_system_id)
    file_system.await_task(first.id, "SUCCEEDED")
    begun = continued(while_busy, repositories)

    def last() -> str:
        return str(continued(begun, repositories).imports[-1].state)

    assert complete == [True, True]
    assert [each.is_to_begin for each in while_busy.imports] == [False, True]
    assert begun.imports[0].state is TaskState.SUCCEEDED
    assert begun.imports[-1].task_id
    seen_until(last, "SUCCEEDED")
