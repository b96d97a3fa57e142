"""What GET tells of a cluster's data: how far its export and its imports are."""

from cluster_api.lustre import Export, TaskState, Transfer
from cluster_api.model import Json, Record
from cluster_api.moments import written


def data(record: Record) -> Json:
    """The field `data` of a cluster."""
    return {
        "export": _export(record.export) if record.export else None,
        "imports": [_import(each) for each in record.imports],
    }


def _export(export: Export) -> Json:
    done = export.transfer
    return {
        # Before there is a task its nodes are going.
        "state": str(done.state if done else TaskState.PENDING),
        "filesTotal": done.files_total if done else 0,
        "filesExported": done.files_done if done else 0,
        "filesFailed": done.files_failed if done else 0,
        "begunAt": written(export.begun_at),
        "startedAt": written(done.started_at) if done else None,
        "endedAt": written(done.ended_at) if done else None,
        "failedFilesReport": export.report_path,
        "waitingFor": export.waiting_for,
        "forced": export.forced is not None,
    }


def _import(transfer: Transfer) -> Json:
    return {
        "path": transfer.path,
        "state": str(transfer.state),
        "filesTotal": transfer.files_total,
        "filesImported": transfer.files_done,
        "filesFailed": transfer.files_failed,
        "startedAt": written(transfer.started_at),
        "endedAt": written(transfer.ended_at),
    }
