"""Releasing what a cluster holds, in the order in which nothing is released while it is used."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from cluster_api.errors import RecordChanged
from cluster_api.model import Record
from cluster_api.ports import Clock, Keys, Registry

_ATTEMPTS = 10

Result = TypeVar("Result")


def release(
    record: Record, *, registry: Registry, keys: Keys, clock: Clock, keep_days: int | None
) -> None:
    """The subnet, then the keys, then the record; dying in between, it is done again.

    The record stays until all else is gone: without it nobody would know what is left.
    """
    if record.subnet_id is not None:
        record = registry.free_subnet(replace(record, subnet_id=None), record)
    keys.destroy(record.cluster_name, record.keys)
    registry.retire(record, deleted_at=clock.now(), keep_days=keep_days)


def rereading(step: Callable[[], Result]) -> Result:
    """Read, decide, write: from the start again when somebody else wrote in between."""
    for _ in range(_ATTEMPTS - 1):
        try:
            return step()
        except RecordChanged:
            continue
    return step()
