"""Whether a cluster could ever be used: from its record, its stack, or the stack's history."""

from cluster_api.model import Record, Stack, State
from cluster_api.ports import Stacks
from cluster_api.stack_state import STATES

_COMPLETE = {State.CREATE_COMPLETE, State.UPDATE_IN_PROGRESS}


def was_complete(record: Record | None, stack: Stack, stacks: Stacks) -> bool:
    """Whether it ever was; once its stack goes, only what happened to that can tell."""
    if record is not None and record.was_complete:
        return True
    if stack.status.startswith("DELETE_"):
        return _told_complete(stack, stacks)
    return STATES.get(stack.status) in _COMPLETE


def _told_complete(stack: Stack, stacks: Stacks) -> bool:
    """Whether the stack's events say that it once was complete.

    CloudFormation forgets events of before 90 days: a history without its beginning tells nothing,
    so the cluster counts as one that was used.
    """
    own = [event.status for event in stacks.events(stack.id) if event.resource == stack.name]
    began = "CREATE_IN_PROGRESS" in own
    return not began or any(STATES.get(status) in _COMPLETE for status in own)
