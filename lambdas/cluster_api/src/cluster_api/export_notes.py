"""What is written down of what a step of an export saw: in the record, and in the receipt; pure."""

from dataclasses import replace
from datetime import datetime

from cluster_api.exporting import View
from cluster_api.lustre import Export, Transfer, brought_up, transferred
from cluster_api.model import Failure, Record, State
from cluster_api.receipt import FailedFiles, Outcome, Receipt


def progress(view: View) -> Transfer | None:
    """How far the export's task is; of one that FSx has forgotten, what the record has kept."""
    begun = view.export.transfer
    return transferred(begun.path, view.task) if begun and view.task else begun


def noted(view: View, export: Export) -> Record:
    """The record with all that was seen; imports end with the cluster, if they have not before."""
    imports = brought_up(view.record.imports, view.tasks)
    return replace(view.record, export=export, imports=imports, was_complete=view.was_complete)


def failed_record(record: Record, failure: Failure | None, now: datetime) -> Record:
    """The record of a cluster whose deletion failed before its stack was told."""
    failures = (failure,) if failure else ()
    return replace(record, state=State.DELETE_FAILED, updated_at=now, failures=failures)


def receipt_of(view: View, outcome: Outcome, files: FailedFiles, now: datetime) -> Receipt:
    """What is to be kept of an export that ended so; of a forced one, how far it was."""
    record, task, scratch = view.record, view.task, view.scratch
    return Receipt(
        project=record.project,
        creation=record.creation,
        attempt=view.export.attempt,
        cluster_name=record.cluster_name,
        file_system_id=scratch.file_system_id,
        association_id=scratch.association_id,
        repository_path=view.association.repository_path if view.association else None,
        outcome=outcome,
        written_at=now,
        transfer=progress(view),
        failed=files,
        explanation=task.explanation if task else "",
        forced=view.export.forced,
    )
