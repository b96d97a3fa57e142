"""Releasing what a cluster holds, in the order in which nothing is released while it is used."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from cluster_api.errors import RecordChanged
from cluster_api.model import Record, State
from cluster_api.ports import Clock, Keys, Registry

_ATTEMPTS = 10

Result = TypeVar("Result")


def release(
    record: Record, *, registry: Registry, keys: Keys, clock: Clock, keep_days: int | None
) -> None:
    """The subnet, then the keys, then the record; dying in between, it is done again.

    The record stays until all else is gone: without it nobody would know what is left. First of
    all it says that it goes, whoever asked for that: nobody is to be given keys that are gone.
    """
    marked = mark_deleting(record, clock.now())
    if record.subnet_id is not None:
        record = registry.free_subnet(replace(marked, subnet_id=None), record)
    elif marked != record:
        record = registry.save(marked, record)
    keys.destroy(record.cluster_name, record.keys)
    registry.retire(record, deleted_at=clock.now(), keep_days=keep_days)


def mark_deleting(record: Record, now: datetime) -> Record:
    """The record of a cluster that is to go; the same when it says so already."""
    if record.state is State.DELETE_IN_PROGRESS:
        return record
    return replace(record, state=State.DELETE_IN_PROGRESS, updated_at=now, failures=())


def rereading(step: Callable[[], Result]) -> Result:
    """Read, decide, write: from the start again when somebody else wrote in between."""
    for _ in range(_ATTEMPTS - 1):
        try:
            return step()
        except RecordChanged:
            continue
    return step()
