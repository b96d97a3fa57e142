"""Keeping the registry true to the stacks: what is done when a stack has changed."""

import logging
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from cluster_api.creation_times import creation_times, is_first_completion
from cluster_api.errors import ClusterApiError, StackBusy
from cluster_api.export_attempts import begin_export, is_dead, may_hold_data, take_up
from cluster_api.export_ports import Workflows
from cluster_api.failures import explained
from cluster_api.lustre import Export
from cluster_api.model import Project, Record, Stack, State, is_id
from cluster_api.ports import Clock, Keys, Meter, Registry, Stacks
from cluster_api.release import release, rereading
from cluster_api.reservations import without_subnet
from cluster_api.stack_state import ROLLED_BACK, STATES, as_seen
from cluster_api.subject import is_about

_log = logging.getLogger(__name__)

# Here a stack is there, and nothing goes on in it.
_AT_REST = {
    status
    for status, state in STATES.items()
    if state is State.CREATE_COMPLETE and not status.endswith("_IN_PROGRESS")
}


class Action(StrEnum):
    """What may have to be done."""

    NOTHING = "nothing"
    SAVE = "save"
    FREE_SUBNET = "free the subnet"
    RELEASE = "release"
    DELETE_STACK = "delete the stack"
    EXPORT = "export its scratch, then delete the stack"


@dataclass(frozen=True, kw_only=True)
class Following:
    """What has to be done, the record as it will be, and why."""

    action: Action
    record: Record | None
    reason: str


def decide_following(record: Record | None, stack: Stack, now: datetime) -> Following:
    """What follows from the stack for the record of the project that it is tagged with."""
    if record is None or record.creation != stack.tags.get("hpc:creation"):
        if stack.status in ROLLED_BACK:
            return _following(Action.DELETE_STACK, None, "it rolled back and is nobody's")
        return _following(Action.NOTHING, None, "the registry has no such creation")
    if stack.status == "DELETE_COMPLETE" and record.state is not State.CREATE_FAILED:
        return _following(Action.RELEASE, record, "it is gone, and its reservation did not say so")
    if record.export is not None and record.is_exporting:
        return _while_exporting(record, record.export, now)
    if stack.status in ROLLED_BACK | _AT_REST and _goes(record):
        return _go(record, stack, now)
    return _change(record, stack, now)


def decide_without_stack(record: Record, now: datetime) -> Following:
    """What follows for a record whose stack isn't there and can't be asked any more."""
    match record.state:
        case State.CREATE_IN_PROGRESS if record.stack_id is None and record.is_claimed(now):
            return _following(Action.NOTHING, record, "a request is launching it")
        case State.CREATE_IN_PROGRESS if record.stack_id is None:
            died = without_subnet(as_seen(record, None, now), now)
            return _following(Action.FREE_SUBNET, replace(died, updated_at=now), "its request died")
        case State.CREATE_FAILED if record.subnet_id is not None:
            freed = without_subnet(record, now)
            return _following(Action.FREE_SUBNET, freed, "its stack is gone")
        case State.CREATE_FAILED:
            return _following(Action.NOTHING, record, "it failed, and waits for POST or DELETE")
        case (
            State.CREATE_IN_PROGRESS
            | State.CREATE_COMPLETE
            | State.UPDATE_IN_PROGRESS
            | State.DELETE_IN_PROGRESS
            | State.DELETE_FAILED
        ):
            return _following(Action.RELEASE, record, "its stack is gone")
        case _:
            assert_never(record.state)


def _goes(record: Record) -> bool:
    return record.state is State.DELETE_IN_PROGRESS


def _go(record: Record, stack: Stack, now: datetime) -> Following:
    if stack.status in _AT_REST and may_hold_data(record):
        exporting = begin_export(record, now)
        return _following(Action.EXPORT, exporting, "its cluster is to go, and may hold data")
    return _following(Action.DELETE_STACK, record, "its cluster is to go")


def _while_exporting(record: Record, export: Export, now: datetime) -> Following:
    if not _goes(record):
        return _following(Action.NOTHING, record, "its scratch is not exported; DELETE tries again")
    if is_dead(export, now):
        taken_up = take_up(record, export, now)
        return _following(Action.EXPORT, taken_up, "the workflow that exports its scratch has died")
    return _following(Action.NOTHING, record, "its scratch is being exported")


def _change(record: Record, stack: Stack, now: datetime) -> Following:
    seen = as_seen(record, stack, now)
    if stack.status in {"ROLLBACK_COMPLETE", "DELETE_COMPLETE"} and record.subnet_id is not None:
        freed = without_subnet(seen, now)
        return _following(Action.FREE_SUBNET, freed, "nothing is left that uses the subnet")
    if seen != record:
        return _following(Action.SAVE, seen, f"the stack is {stack.status}")
    return _following(Action.NOTHING, record, "the registry knows")


@dataclass(frozen=True, kw_only=True)
class StackFollower:
    """Brings the registry up to date with one stack."""

    registry: Registry
    keys: Keys
    stacks: Stacks
    clock: Clock
    workflows: Workflows
    meter: Meter
    history_days: int

    def follow(self, stack_id: str) -> None:
        """Do what the stack's present state asks for; it may be called at any time, in any order.

        What the event says is not used: events come late, twice and out of order.
        """
        stack = self.stacks.find(stack_id)
        project = _project(stack) if stack else None
        if project is not None:
            is_about(project)
            rereading(lambda: self._follow(project, stack_id))

    def revisit(self, record: Record, *, dry_run: bool = False) -> Following:
        """Do what the stack asks for now, though no event may have come; what that is.

        Raises:
            RecordChanged: the record is not the registry's any more; nothing was done.
        """
        is_about(record.project)
        stack = self.stacks.find(record.stack)
        now = self.clock.now()
        following = (
            decide_following(record, stack, now) if stack else decide_without_stack(record, now)
        )
        if not dry_run:
            self._do(following, record, stack)
        return following

    def _follow(self, project: Project, stack_id: str) -> None:
        # First the record, then the stack: so a write that is accepted was decided on a stack
        # that is no older than the record.
        record = self.registry.find(project)
        stack = self.stacks.find(stack_id)
        if stack is not None:
            self._do(decide_following(record, stack, self.clock.now()), record, stack)

    def _do(self, following: Following, record: Record | None, stack: Stack | None) -> None:
        _log.info(
            "stack %s: %s, because %s",
            stack.name if stack else record and record.stack_name,
            following.action,
            following.reason,
        )
        match following.action:
            case Action.NOTHING:
                pass
            case Action.DELETE_STACK if stack:
                self._delete(stack)
            case Action.SAVE if record and following.record:
                seen = explained(following.record, record, stack, self.stacks)
                self._measure(record, self.registry.save(seen, record))
            case Action.EXPORT if record and following.record:
                self.workflows.begin(self.registry.save(following.record, record))
            case Action.FREE_SUBNET if record and following.record:
                seen = explained(following.record, record, stack, self.stacks)
                self.registry.free_subnet(seen, record)
            case Action.RELEASE if record:
                release(
                    record,
                    registry=self.registry,
                    keys=self.keys,
                    clock=self.clock,
                    keep_days=self.history_days,
                )
            case (
                Action.SAVE
                | Action.FREE_SUBNET
                | Action.RELEASE
                | Action.DELETE_STACK
                | Action.EXPORT
            ):
                raise AssertionError(following)
            case _:
                assert_never(following.action)

    def _measure(self, before: Record, after: Record) -> None:
        """Tell how long the creation took: once, for the write before it is accepted once."""
        if not is_first_completion(before, after):
            return
        try:
            events = self.stacks.events(after.stack)
        except ClusterApiError as problem:
            _log.warning("stack %s: its times are not measured: %s", after.stack_name, problem)
        else:
            self.meter.tell(creation_times(after, events))

    def _delete(self, stack: Stack) -> None:
        try:
            self.stacks.delete(stack.id)
        except StackBusy:
            # Its next event brings us here again.
            _log.info("stack %s is busy", stack.name)


def _following(action: Action, record: Record | None, reason: str) -> Following:
    return Following(action=action, record=record, reason=reason)


def _project(stack: Stack) -> Project | None:
    vlab_id = stack.tags.get("obp:costcenter:vlabid", "")
    project_id = stack.tags.get("obp:costcenter:project", "")
    if "hpc:creation" not in stack.tags or not (is_id(vlab_id) and is_id(project_id)):
        return None
    return Project(vlab_id=vlab_id, project_id=project_id)
