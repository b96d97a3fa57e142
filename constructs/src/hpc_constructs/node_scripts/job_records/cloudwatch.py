"""A stream of CloudWatch Logs, by boto3, the only thing here that isn't in the standard library."""

from __future__ import annotations

from collections.abc import Sequence

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from .batches import Event
from .log_stream import LogStreamAway, LogStreamRefused
from .settings import Settings

_NO_STREAM, _THERE = "ResourceNotFoundException", "ResourceAlreadyExistsException"
_WRONG = ("InvalidParameterException", "ValidationException", "SerializationException")
# One try a call: the shipper tries again, and tells.
_CONFIG = Config(connect_timeout=5, read_timeout=30, retries={"total_max_attempts": 1})


class CloudWatchStream:
    """One stream; it is made when the first events come."""

    def __init__(self, settings: Settings, name: str) -> None:
        """Use the stream `name` of the settings' log group, as the node's role."""
        self._group, self._name = settings.log_group, name
        self._logs = boto3.session.Session(region_name=settings.region).client(
            "logs", endpoint_url=settings.logs_endpoint, config=_CONFIG
        )

    def put(self, events: Sequence[Event]) -> Sequence[Event]:
        """See `LogStream`."""
        try:
            return self._put(events)
        except ClientError as error:
            if error.response["Error"]["Code"] != _NO_STREAM:
                raise _translated(error) from error
        except BotoCoreError as error:
            raise _translated(error) from error
        try:
            self._make()
            return self._put(events)
        except (ClientError, BotoCoreError) as error:
            raise _translated(error) from error

    def _put(self, events: Sequence[Event]) -> Sequence[Event]:
        answer = self._logs.put_log_events(
            logGroupName=self._group,
            logStreamName=self._name,
            logEvents=[{"timestamp": each.timestamp, "message": each.message} for each in events],
        )
        refused = answer.get("rejectedLogEventsInfo", {})
        # Ends and beginnings of what was refused, by index: old ones first, future ones last.
        old = max(
            refused.get("tooOldLogEventEndIndex", 0), refused.get("expiredLogEventEndIndex", 0)
        )
        new = refused.get("tooNewLogEventStartIndex", len(events))
        return [*events[:old], *events[max(old, new) :]]

    def _make(self) -> None:
        try:
            self._logs.create_log_stream(logGroupName=self._group, logStreamName=self._name)
        except ClientError as error:
            if error.response["Error"]["Code"] != _THERE:
                raise


def _translated(error: Exception) -> Exception:
    if isinstance(error, ClientError) and error.response["Error"]["Code"] in _WRONG:
        return LogStreamRefused(str(error))
    return LogStreamAway(f"CloudWatch Logs: {error}")
