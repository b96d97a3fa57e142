"""How long a cluster took from POST until it could be used, and what took it: pure.

Storage is what the cluster waits for, or what it is waited for beside it (imports of metadata). So
what was made while ParallelCluster was at work counts as the head node's.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from cluster_api.measures import READY, READY_PHASE, Measure
from cluster_api.model import Record, StackEvent, State

Span = tuple[datetime, datetime]

_CLUSTER = "Custom::ParallelCluster"
_STORAGE = {
    "AWS::EFS::AccessPoint",
    "AWS::FSx::FileSystem",
    "AWS::FSx::DataRepositoryAssociation",
    "Custom::ScratchGuard",
    "Custom::MetadataImport",
}


def is_first_completion(before: Record, after: Record) -> bool:
    """Whether the cluster can be used now, and could never before."""
    came_up = before.state is State.CREATE_IN_PROGRESS and after.state is State.CREATE_COMPLETE
    return came_up and not before.was_complete


def creation_times(record: Record, events: Sequence[StackEvent]) -> Iterator[Measure]:
    """What a complete creation took, given the events of its stack, the oldest first."""
    ready_at = next((event.at for event in events if _is_the_end(event, record)), record.updated_at)
    total = (ready_at - record.created_at).total_seconds()
    cluster = _seconds(_spans(events, {_CLUSTER}))
    both = _seconds(_spans(events, {_CLUSTER, *_STORAGE}))
    yield Measure(metric=READY, value=total)
    for phase, seconds in (
        ("Storage", both - cluster),
        ("HeadNode", cluster),
        ("Rest", total - both),
    ):
        yield Measure(metric=READY_PHASE, value=max(0.0, seconds), of=phase)


def _is_the_end(event: StackEvent, record: Record) -> bool:
    return event.resource == record.stack_name and event.status == "CREATE_COMPLETE"


def _spans(events: Iterable[StackEvent], types: set[str]) -> list[Span]:
    """From the first to the last word of each resource of these types."""
    spans: dict[str, Span] = {}
    for event in events:
        if event.type in types:
            begun, _ = spans.get(event.resource, (event.at, event.at))
            spans[event.resource] = (begun, event.at)
    return list(spans.values())


def _seconds(spans: Iterable[Span]) -> float:
    """How long at least one of them lasted."""
    seconds, until = 0.0, None
    for begun, ended in sorted(spans):
        since = begun if until is None else max(begun, until)
        seconds += max(0.0, (ended - since).total_seconds())
        until = ended if until is None else max(until, ended)
    return seconds
