"""Keeping the registry true to the stacks: what is done when a stack has changed."""

import logging
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from cluster_api.errors import StackBusy
from cluster_api.failures import explained
from cluster_api.model import Project, Record, Stack, State, is_id
from cluster_api.ports import Clock, Keys, Registry, Stacks
from cluster_api.release import release, rereading
from cluster_api.reservations import without_subnet
from cluster_api.stack_state import ROLLED_BACK, as_seen

_log = logging.getLogger(__name__)


class Action(StrEnum):
    """What may have to be done."""

    NOTHING = "nothing"
    SAVE = "save"
    FREE_SUBNET = "free the subnet"
    RELEASE = "release"
    DELETE_STACK = "delete the stack"


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
    if stack.status in ROLLED_BACK and record.state is State.DELETE_IN_PROGRESS:
        return _following(Action.DELETE_STACK, record, "it came up after the DELETE")
    return _change(record, stack, now)


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
    history_days: int

    def follow(self, stack_id: str) -> None:
        """Do what the stack's present state asks for; it may be called at any time, in any order.

        What the event says is not used: events come late, twice and out of order.
        """
        stack = self.stacks.find(stack_id)
        project = _project(stack) if stack else None
        if project is not None:
            rereading(lambda: self._follow(project, stack_id))

    def _follow(self, project: Project, stack_id: str) -> None:
        # First the record, then the stack: so a write that is accepted was decided on a stack
        # that is no older than the record.
        record = self.registry.find(project)
        stack = self.stacks.find(stack_id)
        if stack is None:
            return
        following = decide_following(record, stack, self.clock.now())
        _log.info(
            "stack %s: %s, because %s",
            stack.name,
            following.action,
            following.reason,
            extra={"project": project.id},
        )
        self._do(following, record, stack)

    def _do(self, following: Following, record: Record | None, stack: Stack) -> None:
        match following.action:
            case Action.NOTHING:
                pass
            case Action.DELETE_STACK:
                self._delete(stack)
            case Action.SAVE if record and following.record:
                seen = explained(following.record, record, stack, self.stacks)
                self.registry.save(seen, record)
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
            case Action.SAVE | Action.FREE_SUBNET | Action.RELEASE:
                raise AssertionError(following)
            case _:
                assert_never(following.action)

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
