"""What a DELETE does, given the project's record and its stack: pure decisions."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from cluster_api.export_attempts import begin_export, may_hold_data
from cluster_api.model import Record, Stack, State
from cluster_api.release import mark_deleting


class StackDeletion(StrEnum):
    """What a DELETE does about the stack, once the record says that it goes."""

    EXPORT = "its scratch is exported first; the workflow does that, and deletes the stack"
    DELETE = "delete the stack; its reservation releases the rest"
    DELETE_AND_RELEASE = "nothing of it is left that uses anything: release at once"
    RELEASE = "there is no stack: release at once"
    WAIT = "the stack, or the request that launches it, is on its way out"


@dataclass(frozen=True, kw_only=True)
class Deletion:
    """The record as it has to be, and what to do about the stack; None: look at it first."""

    record: Record
    stack: StackDeletion | None


def decide_deletion(record: Record, now: datetime, forced_by: str | None = None) -> Deletion:
    """What a DELETE does, as far as the record tells; `forced_by` gives up what isn't exported."""
    if may_hold_data(record):
        exporting = begin_export(record, now, forced_by)
        return Deletion(record=exporting, stack=StackDeletion.EXPORT)
    marked = mark_deleting(record, now)
    if record.state is State.DELETE_IN_PROGRESS:
        return Deletion(record=marked, stack=None)
    if record.state is State.CREATE_FAILED:
        # Nothing was ever written there; nobody has to ask again.
        marked = replace(marked, scratch=None)
    if record.state is State.CREATE_FAILED and record.subnet_id is None:
        return Deletion(record=marked, stack=StackDeletion.DELETE_AND_RELEASE)
    if record.stack_id is None and not record.is_claimed(now):
        return Deletion(record=marked, stack=None)
    return Deletion(record=marked, stack=StackDeletion.DELETE)


def decide_stack_deletion(record: Record, stack: Stack | None, now: datetime) -> StackDeletion:
    """What a DELETE does about the stack after CloudFormation was asked for it.

    Without a stack nothing is released under the feet of a request that is still launching it:
    that one sees the mark and undoes its own work.
    """
    if stack is None or stack.status == "DELETE_COMPLETE":
        launching = record.stack_id is None and record.is_claimed(now)
        return StackDeletion.WAIT if launching else StackDeletion.RELEASE
    if stack.status == "ROLLBACK_COMPLETE":
        return StackDeletion.DELETE_AND_RELEASE
    if stack.status == "DELETE_IN_PROGRESS":
        return StackDeletion.WAIT
    return StackDeletion.DELETE
