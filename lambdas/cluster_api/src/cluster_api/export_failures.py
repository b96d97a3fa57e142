"""Why a deletion failed before its stack was told, with what to do next."""

from cluster_api.lustre import Association, Scratch, Task, TaskState
from cluster_api.model import Failure, Stack
from cluster_api.receipt import FailedFiles

_CODE, _INTERRUPTED = "ScratchExportFailed", "ScratchExportInterrupted"
EXPORT_FAILURES = frozenset({_CODE, _INTERRUPTED})
"""The codes of deletions that failed because scratch could not be exported."""
_NAMED = 3
_NEXT = (
    "The file system stays, without nodes. Mend that and DELETE again, which exports again; "
    "an operator's DELETE with force=true gives up what is not exported."
)


def export_failed(task: Task, failed: FailedFiles) -> Failure:
    """The failure of an export task that is over."""
    if task.state is TaskState.CANCELED:
        return _failure(f"The export of scratch (task {task.id}) was cancelled by somebody.")
    if not task.files_failed:
        return _failure(f"The export of scratch (task {task.id}) failed: {_said(task)}.")
    named = ", ".join(f"{path} ({code})" for path, code in failed.listed[:_NAMED])
    such_as = f", such as {named}" if named else ""
    listed = f" All are listed in {failed.report}." if failed.report else ""
    return _failure(
        f"{task.files_failed} of {task.files_total} files of scratch were not exported"
        f"{such_as}.{listed}"
    )


def not_linked(scratch: Scratch, association: Association | None) -> Failure:
    """The failure where no association exports what is on scratch."""
    what = (
        f"association {association.id} is {association.lifecycle}: {association.explanation}"
        if association
        else f"association {scratch.association_id} is gone"
    )
    return Failure(
        code=_CODE,
        reason=f"The scratch can't be exported: {what}. Copy what is needed from "
        f"{scratch.file_system_id} by hand, then have an operator DELETE "
        "the cluster with force=true.",
    )


def nodes_stay(cluster: Stack) -> Failure:
    """The failure where ParallelCluster's stack doesn't go, so that nodes may still write."""
    return Failure(
        code="ClusterDeletionFailure",
        reason=f"ParallelCluster's stack {cluster.name} can't be deleted, it is {cluster.status}: "
        f"{cluster.reason or 'its events say why'}. Mend that, then DELETE again; "
        "the scratch is exported when the nodes are gone.",
    )


def export_interrupted(execution: str) -> Failure:
    """The failure of an export whose workflow could not go on."""
    return Failure(
        code=_INTERRUPTED,
        reason=f"The deletion could not go on; the log of its workflow ({execution}) says why. "
        "DELETE again goes on with it.",
    )


def _failure(what: str) -> Failure:
    return Failure(code=_CODE, reason=f"{what} {_NEXT}")


def _said(task: Task) -> str:
    return task.explanation.rstrip(". ") or "FSx gives no reason"
