"""What any place for receipts does; the fake and S3 (under moto) pass the same. And S3's own."""

import json

import pytest

from cluster_api.aws.receipts import S3Receipts
from cluster_api.export_ports import Receipts
from cluster_api.lustre import Task, TaskKind, TaskState, Transfer
from cluster_api.model import Project
from cluster_api.receipt import FailedFiles, Outcome, Proof, Receipt
from cluster_api_aws import Aws
from cluster_api_fake_data import FakeReceipts
from cluster_api_fakes import FakeClock
from cluster_api_world import LAB

BUCKET = "scratch"
NOW = FakeClock().now()
RECEIPT = Receipt(
    project=LAB,
    creation="11111111",
    attempt="0000000a",
    cluster_name="pcluster-lab-project-0a1b2c3d",
    file_system_id="fs-1",
    association_id="dra-1",
    repository_path="s3://scratch/lab/project/",
    outcome=Outcome.FAILED,
    written_at=NOW,
    transfer=Transfer(
        path="/scratch", task_id="task-1", state=TaskState.FAILED, files_total=3, files_failed=1
    ),
    failed=FailedFiles(listed=(("scratch/a", "S3AccessDenied"),), report="s3://scratch/r.csv"),
)
TASK = Task(
    id="task-0123",
    kind=TaskKind.EXPORT,
    state=TaskState.FAILED,
    paths=("scratch",),
    created_at=NOW,
    report_path="s3://scratch/lab/project/.export-reports/1-2",
)


@pytest.fixture
def in_s3(emulated: Aws) -> S3Receipts:
    emulated.s3.create_bucket(Bucket=BUCKET)
    return S3Receipts(client=emulated.s3, bucket=BUCKET)


@pytest.fixture(params=["fake", "moto"])
def receipts(request: pytest.FixtureRequest) -> Receipts:
    if request.param == "fake":
        return FakeReceipts()
    kept: S3Receipts = request.getfixturevalue("in_s3")
    return kept


def test_there_is_no_proof_at_first(receipts: Receipts) -> None:
    assert receipts.proof(LAB, "11111111") is None


def test_the_last_attempt_s_receipt_is_the_proof(receipts: Receipts) -> None:
    receipts.keep(RECEIPT)
    before = receipts.proof(LAB, "11111111")

    receipts.keep(Receipt(**{**vars(RECEIPT), "outcome": Outcome.EXPORTED}))

    assert before == Proof(file_system_id="fs-1", outcome=Outcome.FAILED)
    assert receipts.proof(LAB, "11111111") == Proof(file_system_id="fs-1", outcome=Outcome.EXPORTED)


def test_a_receipt_is_of_one_creation_of_one_project(receipts: Receipts) -> None:
    receipts.keep(RECEIPT)

    assert receipts.proof(LAB, "22222222") is None
    assert receipts.proof(Project(vlab_id="lab", project_id="other"), "11111111") is None


def test_without_a_report_no_file_is_named(receipts: Receipts) -> None:
    assert receipts.failed_files(TASK) == FailedFiles()


def test_a_receipt_is_an_object_that_people_can_read(in_s3: S3Receipts, emulated: Aws) -> None:
    in_s3.keep(RECEIPT)

    found = emulated.s3.get_object(Bucket=BUCKET, Key=".receipts/lab/project/11111111.json")
    body = json.loads(found["Body"].read())

    assert (body["vlabId"], body["projectId"], body["taskId"]) == ("lab", "project", "task-1")
    assert body["failedFiles"] == [{"path": "scratch/a", "errorCode": "S3AccessDenied"}]
    assert (body["taskState"], body["startedAt"]) == ("FAILED", None)
    assert (body["filesTotal"], body["filesFailed"], body["forced"]) == (3, 1, None)


@pytest.mark.parametrize("text", ["no json", "[]", '{"fileSystemId": "fs-1", "outcome": "FINE"}'])
def test_an_object_that_is_no_receipt_proves_nothing(
    in_s3: S3Receipts, emulated: Aws, text: str
) -> None:
    key = ".receipts/lab/project/11111111.json"
    emulated.s3.put_object(Bucket=BUCKET, Key=key, Body=text.encode())

    assert in_s3.proof(LAB, "11111111") is None


def test_fsx_s_report_names_the_first_hundred_files(in_s3: S3Receipts, emulated: Aws) -> None:
    lines = ['"a,b",failed,FileSizeTooLarge', *(f"f{n},failed,S3Error" for n in range(200))]
    key = "lab/project/.export-reports/1-2/task-0123/failures.csv"
    emulated.s3.put_object(Bucket=BUCKET, Key=key, Body="\n".join(lines).encode())

    files = in_s3.failed_files(TASK)

    assert files.report == f"s3://{BUCKET}/{key}"
    assert files.listed[0] == ("a,b", "FileSizeTooLarge")
    assert len(files.listed) == 100
