"""Lustre file systems of the embedded AWS: made, linked, filled, ordered about."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aws_account import Account, refusal, unique
from deployed import Deployed, described
from embedded_aws.emulator_environment import Places

if TYPE_CHECKING:
    from mypy_boto3_fsx import FSxClient

LUSTRE = {"DeploymentType": "PERSISTENT_2", "PerUnitStorageThroughput": 250}
NO_REPORT = {"Enabled": False}
ORDERS = "/embedded-aws/file-systems"
# The value of a tag: for what bears it, everything takes a tenth of a second.
QUICK = "quick"
PATIENCE_SECONDS = 120


def request(network: Deployed, **changed: object) -> dict[str, Any]:
    """What CreateFileSystem is asked for, in the network's subnet."""
    return {
        "FileSystemType": "LUSTRE",
        "StorageCapacity": 1200,
        "SubnetIds": [network.ids["Subnet"]],
        "SecurityGroupIds": [network.ids["Group"]],
        "LustreConfiguration": LUSTRE,
        "Tags": [{"Key": "pace", "Value": QUICK}],
        **changed,
    }


def lifecycle(account: Account, file_system_id: str) -> str:
    """Where the file system is, FileSystemNotFound when it's gone."""
    told = described(account, "fsx", "describe_file_systems", FileSystemIds=[file_system_id])
    return str(told.get("Error") or told["FileSystems"][0]["Lifecycle"])


def seen_until(state: Callable[[], str], wanted: str) -> list[str]:
    """The states one after the other, until the wanted one."""
    seen = [state()]
    deadline = time.monotonic() + PATIENCE_SECONDS
    while seen[-1] != wanted and time.monotonic() < deadline:
        time.sleep(0.03)
        seen.append(state())
    assert seen[-1] == wanted, seen
    return list(dict.fromkeys(seen))


def await_lifecycle(account: Account, file_system_id: str, wanted: str) -> list[str]:
    """The file system's lifecycles until the wanted one."""
    return seen_until(lambda: lifecycle(account, file_system_id), wanted)


def order(account: Account, which: str, what: str, **wanted: object) -> None:
    """Say how it shall go with the file systems `which` names."""
    account.client("ssm").put_parameter(
        Name=f"{ORDERS}/{which}/{what}", Value=json.dumps(wanted), Type="String", Overwrite=True
    )


@dataclass(frozen=True, kw_only=True)
class Lustre:
    """A file system that is there, and a bucket to link it to."""

    account: Account
    file_system_id: str
    bucket: str

    @property
    def directory(self) -> Path:
        """What nodes mount."""
        return Places(self.account.emulator.state).file_systems / self.file_system_id

    @property
    def fsx(self) -> Any:
        """A client of FSx."""
        return self.account.client("fsx")

    def order(self, what: str, **wanted: object) -> None:
        """Say how it shall go with this file system."""
        order(self.account, self.file_system_id, what, **wanted)

    def revoke(self, what: str) -> None:
        """Take the order back."""
        name = f"{ORDERS}/{self.file_system_id}/{what}"
        self.account.client("ssm").delete_parameter(Name=name)

    def link(self, path: str, prefix: str | None = None, **more: object) -> str:
        """Begin to link a directory to a prefix of the bucket (usually of the same name)."""
        repository = f"s3://{self.bucket}/{path.strip('/') if prefix is None else prefix}/"
        made = self.fsx.create_data_repository_association(
            FileSystemId=self.file_system_id,
            FileSystemPath=path,
            DataRepositoryPath=repository,
            **more,
        )
        return str(made["Association"]["AssociationId"])

    def linked(self, path: str, **more: object) -> str:
        """A directory that is linked."""
        association_id = self.link(path, **more)
        self.await_link(association_id, "AVAILABLE")
        return association_id

    def association(self, association_id: str) -> dict[str, Any]:
        """The association as FSx describes it; its lifecycle is GONE without it."""
        told = described(
            self.account,
            "fsx",
            "describe_data_repository_associations",
            AssociationIds=[association_id],
        )
        return {"Lifecycle": "GONE"} if "Error" in told else dict(told["Associations"][0])

    def await_link(self, association_id: str, wanted: str) -> list[str]:
        """Its lifecycles until the wanted one."""
        return seen_until(lambda: str(self.association(association_id)["Lifecycle"]), wanted)

    def begin(self, kind: str, *paths: str, **more: Any) -> str:
        """Begin a task; EXPORT and IMPORT are enough for its type."""
        types = {"EXPORT": "EXPORT_TO_REPOSITORY", "IMPORT": "IMPORT_METADATA_FROM_REPOSITORY"}
        asked = {"Report": NO_REPORT, **({"Paths": list(paths)} if paths else {}), **more}
        made = self.fsx.create_data_repository_task(
            FileSystemId=self.file_system_id, Type=types[kind], **asked
        )
        return str(made["DataRepositoryTask"]["TaskId"])

    def refusal_to_begin(self, kind: str, *paths: str, **more: Any) -> tuple[str, str]:
        """The code and the words with which FSx refuses to begin a task."""
        error = refusal(lambda: self.begin(kind, *paths, **more))
        assert error is not None
        return error.response["Error"]["Code"], error.response["Error"]["Message"]

    def report(self) -> dict[str, Any]:
        """Where in the bucket a task shall name the files that failed."""
        return {
            "Enabled": True,
            "Path": f"s3://{self.bucket}/scratch/reports",
            "Format": "REPORT_CSV_20191124",
            "Scope": "FAILED_FILES_ONLY",
        }

    def task(self, task_id: str) -> dict[str, Any]:
        """The task as FSx describes it."""
        told = self.fsx.describe_data_repository_tasks(TaskIds=[task_id])
        return dict(told["DataRepositoryTasks"][0])

    def await_task(self, task_id: str, wanted: str) -> list[str]:
        """Its lifecycles until the wanted one."""
        return seen_until(lambda: str(self.task(task_id)["Lifecycle"]), wanted)

    def failure(self, task_id: str) -> str:
        """Why the task failed, once it has."""
        self.await_task(task_id, "FAILED")
        return str(self.task(task_id)["FailureDetails"]["Message"])

    def await_progress(self, task_id: str, files: int) -> None:
        """Wait until it has done so many files."""
        seen_until(lambda: str(self.counts(task_id)[1] + self.counts(task_id)[2]), str(files))

    def counts(self, task_id: str) -> tuple[int, int, int]:
        """All files of a task, the done and the failed ones."""
        status = self.task(task_id).get("Status") or {}
        names = ("TotalCount", "SucceededCount", "FailedCount")
        total, done, failed = (int(status.get(name, 0)) for name in names)
        return total, done, failed

    def write(self, **files: str) -> None:
        """Write files below /scratch."""
        for name, text in files.items():
            write(self.directory, f"scratch/{name}", text)

    def store(self, **objects: str) -> None:
        """Put objects into the bucket, below scratch/."""
        for name, text in objects.items():
            put(self.account, self.bucket, f"scratch/{name}", text)

    def files(self) -> Mapping[str, str]:
        """What is on the file system."""
        return files(self.directory)

    def objects(self) -> Mapping[str, str]:
        """What is in the bucket."""
        return contents(self.account, self.bucket)


@contextmanager
def lustre(account: Account, network: Deployed) -> Iterator[Lustre]:
    """A file system of its own, and its bucket; it goes with all its tasks."""
    bucket = unique("data")
    account.client("s3").create_bucket(Bucket=bucket)
    fsx = account.client("fsx")
    made = fsx.create_file_system(**request(network))["FileSystem"]["FileSystemId"]
    await_lifecycle(account, made, "AVAILABLE")
    yield Lustre(account=account, file_system_id=made, bucket=bucket)
    mine = [{"Name": "file-system-id", "Values": [made]}]
    for task in fsx.describe_data_repository_tasks(Filters=mine)["DataRepositoryTasks"]:
        if task["Lifecycle"] in {"PENDING", "EXECUTING", "CANCELING"}:
            # It may end by itself meanwhile.
            refusal(fsx.cancel_data_repository_task, TaskId=task["TaskId"])
            seen_until(partial(_over, fsx, task["TaskId"]), "over")
    error = refusal(fsx.delete_file_system, FileSystemId=made)
    assert error is None or error.response["Error"]["Code"] == "FileSystemNotFound"


def _over(fsx: "FSxClient", task_id: str) -> str:
    (task,) = fsx.describe_data_repository_tasks(TaskIds=[task_id])["DataRepositoryTasks"]
    return "over" if task["Lifecycle"] in {"CANCELED", "FAILED", "SUCCEEDED"} else "at work"


def write(directory: Path, path: str, text: str) -> None:
    """Write a file as a job on a node does."""
    file = directory / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def files(directory: Path) -> dict[str, str]:
    """The files below a directory by their paths."""
    found = (path for path in directory.rglob("*") if path.is_file())
    return {str(path.relative_to(directory)): path.read_text() for path in found}


def put(account: Account, bucket: str, key: str, text: str) -> None:
    """Put an object."""
    account.client("s3").put_object(Bucket=bucket, Key=key, Body=text.encode())


def contents(account: Account, bucket: str) -> dict[str, str]:
    """The objects of a bucket by their keys."""
    s3 = account.client("s3")
    listed = s3.list_objects_v2(Bucket=bucket).get("Contents", [])
    return {
        item["Key"]: s3.get_object(Bucket=bucket, Key=item["Key"])["Body"].read().decode()
        for item in listed
    }
