"""Receipts of exports, and FSx's lists of what failed, in the scratch bucket."""

import csv
import io
import json
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from cluster_api.aws.faults import code_of, passing_faults
from cluster_api.lustre import Task
from cluster_api.model import Project
from cluster_api.receipt import FailedFiles, Proof, Receipt, as_json, key_of, proof_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_SERVICE = "S3"
_LISTED_FILES = 100
# A hundred paths of at most 4 kB each; the report of a million files is not read.
_READ_BYTES = 500_000
_FIELDS = 3


@dataclass(frozen=True, kw_only=True)
class S3Receipts:
    """See Receipts."""

    client: "S3Client"
    bucket: str

    def keep(self, receipt: Receipt) -> None:
        """See Receipts."""
        with passing_faults(_SERVICE):
            self.client.put_object(
                Bucket=self.bucket,
                Key=key_of(receipt.project, receipt.creation),
                Body=json.dumps(as_json(receipt), indent=2).encode(),
                ContentType="application/json",
            )

    def proof(self, project: Project, creation: str) -> Proof | None:
        """See Receipts."""
        text = self._read(self.bucket, key_of(project, creation))
        if text is None:
            return None
        try:
            return proof_of(json.loads(text))
        except ValueError:
            return None

    def failed_files(self, task: Task) -> FailedFiles:
        """See Receipts. FSx writes `{path}/task-{id}/failures.csv` (CompletionReport, Path)."""
        place = urlsplit(task.report_path)
        folder = task.id if task.id.startswith("task-") else f"task-{task.id}"
        key = f"{place.path.strip('/')}/{folder}/failures.csv"
        text = self._read(place.netloc, key) if task.report_path else None
        if text is None:
            return FailedFiles()
        rows = (row for row in csv.reader(io.StringIO(text)) if len(row) == _FIELDS)
        listed = tuple((path, code) for path, _, code in islice(rows, _LISTED_FILES))
        return FailedFiles(listed=listed, report=f"s3://{place.netloc}/{key}")

    def _read(self, bucket: str, key: str) -> str | None:
        """The beginning of an object; None where there is none."""
        try:
            with passing_faults(_SERVICE):
                found = self.client.get_object(Bucket=bucket, Key=key)
                return found["Body"].read(_READ_BYTES).decode(errors="replace")
        except ClientError as error:
            if code_of(error) != "NoSuchKey":
                raise
            return None
