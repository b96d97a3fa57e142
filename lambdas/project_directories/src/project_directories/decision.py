"""What becomes of a directory: a pure function of who uses it and since when nobody does."""

from datetime import datetime, timedelta
from enum import StrEnum


class Decision(StrEnum):
    """What a pass does with one directory."""

    USED = "somebody uses it: nothing is noted of it"
    NOTED = "nobody uses it any more: note since when"
    KEPT = "it is kept until its days are over"
    DELETED = "its days are over"


def decide(
    *,
    in_use: bool,
    noted_at: datetime | None,
    changed_at: datetime,
    now: datetime,
    keep: timedelta,
) -> Decision:
    """What becomes of a directory that was last changed at `changed_at` (its own ctime).

    ParallelCluster changes its mode whenever it makes a head node. So a cluster that came and went
    between two passes, which no list has shown, is seen all the same.
    """
    if in_use:
        return Decision.USED
    if noted_at is None or noted_at > now:
        return Decision.NOTED
    return Decision.DELETED if now - max(noted_at, changed_at) >= keep else Decision.KEPT
