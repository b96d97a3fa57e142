"""What goes to CloudWatch Logs in one call, by its limits.

Source: CloudWatch Logs API, PutLogEvents: at most 10,000 events and 1,048,576 bytes, counting 26
more for each event; in the order of their times; not more than 24 hours between the first and the
last; none older than 14 days or the group's retention, and none more than 2 hours ahead.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from .outbox import Line, Position

MOST_EVENTS, MOST_BYTES, EVENT_OVERHEAD = 10_000, 1_048_576, 26
_MOST_MILLISECONDS = 24 * 3600 * 1000 - 1000
_OLDEST_MILLISECONDS = 13 * 24 * 3600 * 1000


@dataclass(frozen=True)
class Event:
    """A line and the time it is sent with, in milliseconds since 1970."""

    timestamp: int
    message: str


@dataclass(frozen=True)
class Batch:
    """The next lines of an outbox, as events in the order of their times.

    Attributes:
        events: at least one.
        behind: the place in the outbox behind them.
    """

    events: tuple[Event, ...]
    behind: Position


def next_batch(lines: Iterable[Line], *, now: float) -> Batch | None:
    """As many of the next lines as fit into one call; None if there is no line."""
    events: list[Event] = []
    size, first, last = 0, 0, 0
    for line in lines:
        event = Event(timestamp(line.content, now), line.content.decode("utf-8", "replace"))
        size += len(line.content) + EVENT_OVERHEAD
        first = min(first, event.timestamp) if events else event.timestamp
        last = max(last, event.timestamp) if events else event.timestamp
        full = size > MOST_BYTES or last - first > _MOST_MILLISECONDS
        if events and (full or len(events) == MOST_EVENTS):
            break
        events.append(event)
        behind = line.behind
    if not events:
        return None
    ordered = sorted(events, key=lambda event: event.timestamp)
    return Batch(tuple(ordered), behind)


def timestamp(line: bytes, now: float) -> int:
    """When what a line tells of happened: a job's end, a measurement; now if that's too long ago.

    CloudWatch refuses what is old; what waited so long is still to be had.
    """
    present = int(now * 1000)
    try:
        told = json.loads(line)
        measured = (told.get("_aws") or {}).get("Timestamp")
        happened = int(measured or (told.get("end_time") or 0) * 1000)
    except (ValueError, TypeError, AttributeError):
        return present
    return happened if present - _OLDEST_MILLISECONDS < happened <= present else present
