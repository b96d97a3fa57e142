"""The stack's hold on a subnet, the keys and the record: taken first and let go of last."""

import logging
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from cluster_api.errors import ReservationRefused
from cluster_api.failures import explained
from cluster_api.model import Project, Record, State
from cluster_api.ports import Clock, Keys, Registry, Stacks
from cluster_api.release import release, rereading
from cluster_api.stack_state import as_seen

_log = logging.getLogger(__name__)


class LettingGo(StrEnum):
    """What a reservation lets go of when its stack deletes it."""

    NOTHING = "the registry has no such creation, or its cluster stays"
    SUBNET = "the creation failed: keys and record stay for a retry"
    ALL = "the cluster is deleted"


def decide_letting_go(record: Record | None, creation: str, status: str | None) -> LettingGo:
    """What the reservation of `creation` releases; `status` is that of its own stack.

    A function may be called again, late: then the deletion that it belongs to may have ended.
    """
    if record is None or record.creation != creation:
        return LettingGo.NOTHING
    if record.state in {State.DELETE_IN_PROGRESS, State.DELETE_FAILED}:
        return LettingGo.ALL
    if status is not None and status.startswith("UPDATE_"):
        return LettingGo.NOTHING
    was_deleted = status is not None and status.startswith("DELETE_")
    if was_deleted and record.state is not State.CREATE_FAILED:
        return LettingGo.ALL
    return LettingGo.SUBNET


def without_subnet(record: Record, now: datetime) -> Record:
    """The record of a creation that failed and holds no subnet any more."""
    if record.state is State.CREATE_FAILED:
        return replace(record, subnet_id=None)
    return replace(record, state=State.CREATE_FAILED, updated_at=now, subnet_id=None)


@dataclass(frozen=True, kw_only=True)
class Reservations:
    """What the reservation in a project's stack does."""

    registry: Registry
    keys: Keys
    stacks: Stacks
    clock: Clock
    history_days: int

    def hold(self, project: Project, creation: str, stack_id: str) -> None:
        """Tell the registry which stack it is that came up.

        Raises:
            ReservationRefused: nobody waits for this creation; the stack has to roll back.
        """
        rereading(lambda: self._hold(project, creation, stack_id))

    def let_go(self, project: Project, creation: str, stack_id: str) -> None:
        """Release what nothing in the stack uses any more."""
        rereading(lambda: self._let_go(project, creation, stack_id))

    def _hold(self, project: Project, creation: str, stack_id: str) -> None:
        record = self.registry.find(project)
        if record is None:
            raise ReservationRefused(project.id, creation, "no cluster of this project")
        if record.creation != creation or record.state is not State.CREATE_IN_PROGRESS:
            found = f"creation {record.creation} in state {record.state}"
            raise ReservationRefused(project.id, creation, found)
        if record.stack_id != stack_id:
            self.registry.save(replace(record, stack_id=stack_id), record)

    def _let_go(self, project: Project, creation: str, stack_id: str) -> None:
        record = self.registry.find(project)
        stack = self.stacks.find(stack_id)
        letting_go = decide_letting_go(record, creation, stack.status if stack else None)
        _log.info("reservation %s: %s", creation, letting_go)
        if record is None:
            return
        match letting_go:
            case LettingGo.NOTHING:
                pass
            case LettingGo.SUBNET:
                now = self.clock.now()
                seen = explained(as_seen(record, stack, now), record, stack, self.stacks)
                self.registry.free_subnet(without_subnet(seen, now), record)
            case LettingGo.ALL:
                release(
                    record,
                    registry=self.registry,
                    keys=self.keys,
                    clock=self.clock,
                    keep_days=self.history_days,
                )
            case _:
                assert_never(letting_go)
