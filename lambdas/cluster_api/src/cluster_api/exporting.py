"""What a step of a deletion does about the cluster's scratch: pure decisions, each with its reason.

The nodes go first: then nobody writes any more, so one export has everything, and no node is paid
for while it runs. The stack goes last, with the file system.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cluster_api.export_failures import nodes_stay, not_linked
from cluster_api.lustre import Association, Export, Forced, Scratch, Task, TaskKind, TaskState
from cluster_api.model import Failure, Record, Stack
from cluster_api.receipt import Outcome

# So long ParallelCluster's deletion is begun again when it fails, or, a dead workflow may have been
# taken up in between, when it doesn't even begin.
_NODES_MAY_TAKE = timedelta(hours=1)
_NODES_MUST_BEGIN = timedelta(hours=12)
_LEAST_SECONDS, _MOST_SECONDS = 30, 300
_CHANGING = {"CREATING", "UPDATING"}


@dataclass(frozen=True, kw_only=True)
class Going:
    """A record whose cluster goes: with its export, which there is none of without scratch."""

    record: Record
    export: Export
    scratch: Scratch


@dataclass(frozen=True, kw_only=True)
class View(Going):
    """All that a step sees. `cluster` is ParallelCluster's stack, if it is this creation's."""

    stack: Stack | None
    was_complete: bool
    cluster: Stack | None
    association: Association | None
    has_file_system: bool
    tasks: Sequence[Task]

    @property
    def task(self) -> Task | None:
        """The export's own task."""
        begun = self.export.transfer
        return next((task for task in self.tasks if begun and task.id == begun.task_id), None)

    @property
    def active(self) -> list[Task]:
        """What is not over of any task."""
        return [task for task in self.tasks if not task.state.is_over]


@dataclass(frozen=True, kw_only=True)
class _Decided:
    reason: str


@dataclass(frozen=True, kw_only=True)
class Wait(_Decided):
    """Something is under way."""


@dataclass(frozen=True, kw_only=True)
class DeleteCluster(_Decided):
    """Have the cluster provider delete the nodes."""

    cluster: Stack


@dataclass(frozen=True, kw_only=True)
class StopAutomaticExport(_Decided):
    """FSx takes no export task beside it."""

    association: Association


@dataclass(frozen=True, kw_only=True)
class Cancel(_Decided):
    """Nobody needs these any more, and FSx deletes no file system that is at work."""

    tasks: Sequence[Task]


@dataclass(frozen=True, kw_only=True)
class StartExport(_Decided):
    """Begin the export task."""

    association: Association


@dataclass(frozen=True, kw_only=True)
class LetGo(_Decided):
    """Delete the stack; with an outcome a receipt says first why its file system may go."""

    outcome: Outcome | None


@dataclass(frozen=True, kw_only=True)
class GiveUp(_Decided):
    """The deletion failed: the file system stays, and goes on exporting by itself."""

    failure: Failure | None
    """None if the task's own failure is what there is to tell."""


Decision = Wait | DeleteCluster | StopAutomaticExport | Cancel | StartExport | LetGo | GiveUp


def decide_step(view: View, now: datetime) -> Decision:
    """What comes next. Asked again after whatever interruption, it goes on from what there is."""
    if view.stack is None or view.stack.status == "DELETE_COMPLETE":
        return LetGo(outcome=None, reason="its stack is gone")
    if view.export.forced is not None:
        return _forced(view, view.export.forced, now)
    return _saving(view, view.stack, now)


def _saving(view: View, stack: Stack, now: datetime) -> Decision:
    if view.export.is_saved:
        # The receipt is written again: the guard wants it, whatever became of the first.
        return LetGo(outcome=Outcome.EXPORTED, reason="all is exported")
    if (reason := _why_no_export(view)) is not None:
        return LetGo(outcome=None, reason=reason)
    if stack.status.startswith("UPDATE_") and stack.status.endswith("_IN_PROGRESS"):
        return Wait(reason=f"its stack is {stack.status}")
    if view.cluster is not None:
        return _nodes(view, view.cluster, now)
    return _exporting(view.task) if view.task is not None else _begin(view)


def wait_seconds(export: Export, now: datetime) -> int:
    """How long to wait for the next step: a tenth of what it took so far, up to five minutes.

    An execution may have 25,000 events (AWS Step Functions, Quotas), about ten a step: so it lasts
    for a week. Then another one takes it up.
    """
    elapsed = (now - export.begun_at).total_seconds()
    return int(min(max(elapsed / 10, _LEAST_SECONDS), _MOST_SECONDS))


def _why_no_export(view: View) -> str | None:
    if not view.was_complete:
        return "it could never be used"
    return None if view.has_file_system else "its file system is gone"


def _forced(view: View, forced: Forced, now: datetime) -> Decision:
    if view.cluster is not None:
        # As long as there are nodes, more is written than somebody has given up.
        return _nodes(view, view.cluster, now)
    return _cancelling(view.active) or LetGo(
        outcome=Outcome.FORCED, reason=f"forced by {forced.by}"
    )


def _nodes(view: View, cluster: Stack, now: datetime) -> Decision:
    if cluster.status == "DELETE_IN_PROGRESS":
        return Wait(reason="its nodes are going")
    may_take = _NODES_MAY_TAKE if cluster.status == "DELETE_FAILED" else _NODES_MUST_BEGIN
    if now - view.export.begun_at > may_take:
        return GiveUp(failure=nodes_stay(cluster), reason="its nodes stay")
    return DeleteCluster(cluster=cluster, reason=f"ParallelCluster's stack is {cluster.status}")


def _exporting(task: Task) -> Decision:
    if not task.state.is_over:
        return Wait(reason=f"task {task.id} is {task.state}")
    if task.has_moved_all:
        return LetGo(outcome=Outcome.EXPORTED, reason=f"task {task.id} has exported all")
    return GiveUp(failure=None, reason=f"task {task.id} is {task.state}")


def _begin(view: View) -> Decision:
    association = view.association
    if association is not None and association.lifecycle in _CHANGING:
        return Wait(reason=f"the association is {association.lifecycle}")
    if association is None or not association.can_be_updated:
        unlinked = not_linked(view.scratch, association)
        return GiveUp(failure=unlinked, reason="nothing links scratch to its bucket")
    if association.exports_by_itself:
        return StopAutomaticExport(association=association, reason="one export has everything")
    imports = [task for task in view.active if task.kind is not TaskKind.EXPORT]
    return _cancelling(imports) or StartExport(association=association, reason="nobody writes")


def _cancelling(tasks: Sequence[Task]) -> Decision | None:
    if to_cancel := [task for task in tasks if task.state is not TaskState.CANCELING]:
        return Cancel(tasks=to_cancel, reason="they are not needed any more")
    return Wait(reason="tasks are being cancelled") if tasks else None
