"""What a job computed, in the scratch bucket after its cluster is gone, and its receipt there."""

import json
from dataclasses import dataclass
from typing import Any, Self

from embedded_aws.demo.job import FinishedJob
from embedded_aws.demo.telling import Say, expect
from embedded_aws.session import Session


@dataclass(frozen=True, kw_only=True)
class ScratchLink:
    """Where a cluster's scratch is exported to.

    Attributes:
        bucket: its name.
        prefix: the project's, with a slash at its end.
    """

    bucket: str
    prefix: str

    @classmethod
    def of(cls, account: Session, file_system_id: str) -> Self:
        """That of a cluster's file system, which is asked while it is there."""
        found = account.client("fsx").describe_data_repository_associations(
            Filters=[{"Name": "file-system-id", "Values": [file_system_id]}]
        )
        [path] = [
            association["DataRepositoryPath"]
            for association in found["Associations"]
            if association["FileSystemPath"].strip("/") == "scratch"
        ]
        bucket, _, prefix = path.removeprefix("s3://").partition("/")
        return cls(bucket=bucket, prefix=f"{prefix.strip('/')}/")


def show_exported(account: Session, link: ScratchLink, job: FinishedJob, say: Say) -> None:
    """Show the job's result, which must be as it was on the cluster, and the receipt.

    Raises:
        NotAsPromisedError: it is not there, or another.
    """
    s3 = account.client("s3")
    key = link.prefix + job.result_name
    exported = _objects(s3, link.bucket, key)
    expect(list(exported) == [key], f"s3://{link.bucket} has no {key}")
    expect(exported[key] == job.result, f"{key} holds {exported[key]!r}, not {job.result!r}")
    say(f"s3://{link.bucket}/{key}: as it was on the cluster")
    receipts = _objects(s3, link.bucket, f".receipts/{link.prefix}")
    expect(len(receipts) == 1, f"there is not one receipt of the export, but {[*receipts]}")
    [(name, text)] = receipts.items()
    receipt = json.loads(text)
    expect(receipt["outcome"] == "EXPORTED", f"the receipt says {receipt}")
    told = f"{receipt['outcome']}, {receipt['filesExported']} files of {receipt['fileSystemId']}"
    say(f"receipt s3://{link.bucket}/{name}: {told}")


def _objects(s3: Any, bucket: str, prefix: str) -> dict[str, str]:  # noqa: ANN401 - a boto3 client
    listed = s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])
    keys = [item["Key"] for item in listed]
    return {key: s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode() for key in keys}
