"""A cluster with Lustre goes when its scratch is in the bucket, and never before."""

from collections.abc import Iterator

import pytest

from deployed_application import Application, wait_until
from embedded_aws.roles import OPERATOR
from scratch_flow import FILES, Scratch

VLAB = "exports"
# There are four subnets: these are made at once.
PROJECTS = ("slow", "failing", "forced", "by-hand")


@pytest.fixture(scope="module")
def scratches(application: Application) -> Iterator[dict[str, Scratch]]:
    """Complete clusters with files on their scratch, by project."""
    for project in PROJECTS:
        assert application.client.post(vlab_id=VLAB, project_id=project).status == 200
    yield {
        project: Scratch.of(application, vlab_id=VLAB, project_id=project) for project in PROJECTS
    }
    operator = application.client_as(OPERATOR)
    for project in PROJECTS:
        operator.call("DELETE", "pcluster", vlab_id=VLAB, project_id=project, force="true")
    for project in PROJECTS:
        application.wait_until_gone(vlab_id=VLAB, project_id=project)


def test_a_cluster_waits_for_a_slow_export_whose_workflow_dies_in_the_middle(
    application: Application, scratches: dict[str, Scratch]
) -> None:
    scratch = scratches["slow"]
    scratch.order(hold_after=1)

    assert application.client.delete(**scratch.ids).status == 200
    under_way = scratch.wait_for_export("EXECUTING", files_exported=1)
    scratch.kill_the_workflow()
    taken_up = application.client.delete(**scratch.ids)
    still_there = scratch.is_there()
    scratch.order(seconds=0.1)
    scratch.wait_until_gone()

    assert under_way["filesTotal"] == len(FILES)
    assert taken_up.status == 200
    assert still_there
    assert scratch.exported() == FILES
    receipt = scratch.receipt()
    assert receipt["outcome"] == "EXPORTED"
    assert receipt["filesExported"] == len(FILES)
    assert receipt["fileSystemId"] == scratch.file_system_id


def test_a_failed_export_keeps_the_files_says_why_and_is_tried_again_by_the_next_deletion(
    application: Application, scratches: dict[str, Scratch]
) -> None:
    scratch = scratches["failing"]
    scratch.order(failed_files={"scratch/results/b": "S3AccessDenied"})

    application.client.delete(**scratch.ids)
    failed = application.wait_for("DELETE_FAILED", **scratch.ids)
    first = scratch.receipt()
    still_there = scratch.is_there()
    scratch.revoke()
    application.client.delete(**scratch.ids)
    scratch.wait_until_gone()

    assert failed["failures"][0]["failureCode"] == "ScratchExportFailed"
    assert "results/b (S3AccessDenied)" in failed["failures"][0]["failureReason"]
    assert failed["data"]["export"]["filesFailed"] == 1
    assert first["outcome"] == "FAILED"
    assert [each["errorCode"] for each in first["failedFiles"]] == ["S3AccessDenied"]
    assert still_there
    assert scratch.exported() == FILES
    assert scratch.receipt()["outcome"] == "EXPORTED"


def test_only_an_operator_gives_up_what_is_not_exported_and_that_is_kept(
    application: Application, scratches: dict[str, Scratch]
) -> None:
    scratch = scratches["forced"]
    scratch.order(hold_after=1)
    application.client.delete(**scratch.ids)
    scratch.wait_for_export("EXECUTING", files_exported=1)

    refused = application.client.call("DELETE", "pcluster", **scratch.ids, force="true")
    forced = application.client_as(OPERATOR).call("DELETE", "pcluster", **scratch.ids, force="true")
    scratch.wait_until_gone()

    assert refused.status == 403
    assert forced.status == 200
    receipt = scratch.receipt()
    assert receipt["outcome"] == "FORCED"
    assert OPERATOR in receipt["forced"]["by"]
    assert len(scratch.exported()) == 1


def test_a_stack_that_is_deleted_by_hand_keeps_its_files_until_the_api_deletes_it(
    application: Application, scratches: dict[str, Scratch]
) -> None:
    scratch = scratches["by-hand"]

    scratch.delete_the_stack_by_hand()
    wait_until(lambda: scratch.shown["clusterStatus"] == "DELETE_FAILED")
    refused = scratch.shown
    still_there = scratch.is_there()
    application.client.delete(**scratch.ids)
    scratch.wait_until_gone()

    reasons = " ".join(failure["failureReason"] for failure in refused["failures"])
    assert "is not exported (there is no receipt of an export)" in reasons
    assert "DELETE the cluster through the API" in reasons
    assert still_there
    assert scratch.exported() == FILES
    assert scratch.receipt()["outcome"] == "EXPORTED"
