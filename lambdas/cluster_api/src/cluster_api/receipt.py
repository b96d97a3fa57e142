"""What an export leaves as proof: an object in the bucket, which outlives stack and record."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cluster_api.lustre import Forced, Transfer
from cluster_api.model import Json, Project
from cluster_api.moments import written


class Outcome(StrEnum):
    """How a deletion's export ended; only the first two let a file system go."""

    EXPORTED = "EXPORTED"
    FORCED = "FORCED"
    FAILED = "FAILED"


@dataclass(frozen=True, kw_only=True)
class FailedFiles:
    """Files that could not be exported, each with FSx's code; the first ones of so many."""

    listed: tuple[tuple[str, str], ...] = ()
    report: str | None = None


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """Which file system's export ended how; `explanation` is FSx's word on a failure."""

    project: Project
    creation: str
    attempt: str
    cluster_name: str
    file_system_id: str
    association_id: str
    repository_path: str | None
    outcome: Outcome
    written_at: datetime
    transfer: Transfer | None = None
    failed: FailedFiles = FailedFiles()
    explanation: str = ""
    forced: Forced | None = None


@dataclass(frozen=True, kw_only=True)
class Proof:
    """The part of a receipt that decides."""

    file_system_id: str
    outcome: Outcome


def key_of(project: Project, creation: str) -> str:
    """The object's key: no project's prefix, since ids begin with a letter or a digit."""
    return f".receipts/{project.id}/{creation}.json"


def as_json(receipt: Receipt) -> Json:
    """The receipt as it is read by people, and by `proof_of`."""
    done, forced = receipt.transfer, receipt.forced
    return {
        "vlabId": receipt.project.vlab_id,
        "projectId": receipt.project.project_id,
        "creation": receipt.creation,
        "attempt": receipt.attempt,
        "clusterName": receipt.cluster_name,
        "fileSystemId": receipt.file_system_id,
        "associationId": receipt.association_id,
        "repositoryPath": receipt.repository_path,
        "outcome": str(receipt.outcome),
        "writtenAt": written(receipt.written_at),
        "taskId": done.task_id if done else None,
        "taskState": str(done.state) if done else None,
        "startedAt": written(done.started_at) if done else None,
        "endedAt": written(done.ended_at) if done else None,
        "filesTotal": done.files_total if done else 0,
        "filesExported": done.files_done if done else 0,
        "filesFailed": done.files_failed if done else 0,
        "failedFiles": [{"path": path, "errorCode": code} for path, code in receipt.failed.listed],
        "failedFilesReport": receipt.failed.report,
        "explanation": receipt.explanation,
        "forced": {"by": forced.by, "at": written(forced.at)} if forced else None,
    }


def proof_of(document: object) -> Proof | None:
    """What a receipt proves; None if it is no receipt."""
    match document:
        case {"fileSystemId": str(id_), "outcome": str(outcome)} if outcome in set(Outcome):
            return Proof(file_system_id=id_, outcome=Outcome(outcome))
        case _:
            return None
