"""What happens to clusters' records, what is told of it, and to whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from cluster_api.model import Project, Record


@dataclass(frozen=True, kw_only=True)
class RecordChange:
    """One change of one record, as the registry's stream has it.

    `before` is None where the record is new, `after` where it is gone. `position` is its place in
    the stream: DynamoDB's sequence number.
    """

    position: str
    at: datetime
    before: Record | None
    after: Record | None


@dataclass(frozen=True, kw_only=True)
class StateChange:
    """A change of a cluster's state: what others are told, as JSON, of one change of its record."""

    position: str
    at: datetime
    project: Project
    detail: Mapping[str, object]


class EventBus(Protocol):
    """Where those listen who want to know."""

    def put(self, changes: Sequence[StateChange]) -> Sequence[str | None]:
        """Tell at most ten changes; for each, why it was refused, or None.

        Raises:
            AwsUnavailable: the bus throttles or is slow.
        """
