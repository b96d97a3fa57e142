"""The steps of a deletion on FSx and S3 of the embedded AWS: the files are there, or named."""

import json
import time
from dataclasses import dataclass, replace
from typing import Any

import pytest

from cluster_api.aws.data_repositories import FsxDataRepositories
from cluster_api.aws.receipts import S3Receipts
from cluster_api.export_attempts import order_of
from cluster_api.export_steps import ExportSteps
from cluster_api.lustre import Scratch
from cluster_api.model import Record, State
from cluster_api_world import LAB, OPERATOR
from export_world import ExportWorld
from lustre import PATIENCE_SECONDS, Lustre

ALL = {"Events": ["NEW", "CHANGED", "DELETED"]}


@dataclass
class Deletion:
    """A cluster's deletion: registry and CloudFormation in memory, FSx and S3 emulated."""

    world: ExportWorld
    file_system: Lustre
    steps: ExportSteps

    @property
    def record(self) -> Record:
        return self.world.record()

    def begins(self, forced_by: str | None = None) -> None:
        self.world.clusters.delete(LAB, forced_by=forced_by)

    def takes_a_step(self) -> bool:
        assert self.record.export is not None
        done = self.steps.step(order_of(self.record, self.record.export)).done
        for id_, stack in list(self.world.stacks.stacks.items()):
            if stack.status == "DELETE_IN_PROGRESS" and "hpc:owner" in stack.tags:
                self.world.stacks.become(id_, "DELETE_COMPLETE")
        return done

    def ends(self) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self.takes_a_step():
            assert time.monotonic() < deadline, self.record
            time.sleep(0.05)

    def receipt(self) -> Any:
        key = f".receipts/{LAB.id}/{self.record.creation}.json"
        s3 = self.file_system.account.client("s3")
        found = s3.get_object(Bucket=self.file_system.bucket, Key=key)
        return json.loads(found["Body"].read())


@pytest.fixture
def deletion(file_system: Lustre) -> Deletion:
    policies = {"AutoImportPolicy": ALL, "AutoExportPolicy": ALL}
    association_id = file_system.linked("/scratch", S3=policies)
    world = ExportWorld()
    world.cluster_with_scratch()
    scratch = Scratch(file_system_id=file_system.file_system_id, association_id=association_id)
    world.registry.save(replace(world.record(), scratch=scratch), world.record())
    file_system.write(a="1", b="2")
    steps = replace(
        world.steps,
        repositories=FsxDataRepositories(client=lambda: file_system.fsx),
        receipts=S3Receipts(client=file_system.account.client("s3"), bucket=file_system.bucket),
    )
    return Deletion(world=world, file_system=file_system, steps=steps)


def test_what_was_written_is_in_the_bucket_before_the_stack_goes(deletion: Deletion) -> None:
    deletion.begins()
    deletion.ends()

    objects, receipt = deletion.file_system.objects(), deletion.receipt()
    stack = deletion.world.stacks.find(deletion.record.stack_name)
    assert (objects["scratch/a"], objects["scratch/b"]) == ("1", "2")
    assert (receipt["outcome"], receipt["filesExported"]) == ("EXPORTED", 2)
    assert receipt["fileSystemId"] == deletion.file_system.file_system_id
    assert stack is not None
    assert stack.status == "DELETE_IN_PROGRESS"


def test_a_file_that_can_t_be_exported_is_named_and_all_stays(deletion: Deletion) -> None:
    deletion.file_system.order("exports", failed_files={"scratch/b": "S3AccessDenied"})

    deletion.begins()
    deletion.ends()

    scratch = deletion.record.scratch
    assert scratch is not None
    deletion.file_system.await_link(scratch.association_id, "AVAILABLE")
    association = deletion.file_system.association(scratch.association_id)
    assert deletion.record.state is State.DELETE_FAILED
    assert "b (S3AccessDenied)" in deletion.record.failures[0].reason
    assert deletion.receipt()["failedFiles"][0]["errorCode"] == "S3AccessDenied"
    assert association["S3"]["AutoExportPolicy"] == ALL


def test_a_second_attempt_exports_what_the_first_could_not(deletion: Deletion) -> None:
    deletion.file_system.order("exports", failed_files={"scratch/b": "S3AccessDenied"})
    deletion.begins()
    deletion.ends()
    deletion.file_system.order("exports", seconds=0.1)

    deletion.begins()
    deletion.ends()

    assert deletion.file_system.objects()["scratch/b"] == "2"
    assert deletion.receipt()["outcome"] == "EXPORTED"


def test_force_cancels_an_export_that_takes_long(deletion: Deletion) -> None:
    deletion.file_system.order("exports", hold_after=1)
    deletion.begins()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (deletion.record.export and deletion.record.export.transfer):
        assert not deletion.takes_a_step()
        assert time.monotonic() < deadline

    deletion.begins(forced_by=OPERATOR)
    deletion.ends()

    receipt = deletion.receipt()
    assert (receipt["outcome"], receipt["taskState"]) == ("FORCED", "CANCELED")
    assert receipt["forced"]["by"] == OPERATOR
