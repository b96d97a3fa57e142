"""Records of the registry's DynamoDB stream as changes of clusters' records."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NotRequired, TypedDict

from cluster_api.aws.items import CLUSTER, record_of
from cluster_api.changes import RecordChange
from cluster_api.errors import UnreadableChange
from cluster_api.model import Record

# Any: an item in DynamoDB's typed form; `record_of` parses it.
Image = Mapping[str, Any]


class StreamedChange(TypedDict):
    """The part of a stream record's `dynamodb` that is read (Amazon DynamoDB, StreamRecord)."""

    ApproximateCreationDateTime: float
    SequenceNumber: str
    Keys: Image
    OldImage: NotRequired[Image]
    NewImage: NotRequired[Image]


class StreamRecord(TypedDict):
    """A record of a stream, as Lambda hands it over."""

    dynamodb: StreamedChange


def record_change(record: StreamRecord) -> RecordChange | None:
    """The change that the stream tells of; None if it is not about a cluster's record.

    Raises:
        UnreadableChange: it is, and holds no such record.
    """
    change = record["dynamodb"]
    if change["Keys"]["kind"]["S"] != CLUSTER:
        return None
    try:
        return RecordChange(
            position=change["SequenceNumber"],
            at=datetime.fromtimestamp(int(change["ApproximateCreationDateTime"]), UTC),
            before=_record(change.get("OldImage")),
            after=_record(change.get("NewImage")),
        )
    except (KeyError, TypeError, ValueError) as problem:
        id_ = change["Keys"]["id"]["S"]
        raise UnreadableChange(id_, change["SequenceNumber"], repr(problem)) from problem


def _record(image: Image | None) -> Record | None:
    return record_of(image) if image else None
