"""The registry's listener: every change of a cluster's state goes to those who subscribed."""

import os
from typing import TypedDict

from aws_lambda_powertools.utilities.typing import LambdaContext

from cluster_api.aws import clients
from cluster_api.aws.event_bus import EventBridgeBus
from cluster_api.aws.meter import EmbeddedMetrics
from cluster_api.aws.stream import StreamRecord, record_change
from cluster_api.entry_point import entry_point
from cluster_api.errors import NothingTold
from cluster_api.settings import EventSettings, parse_event_settings
from cluster_api.telling import Teller


class Batch(TypedDict):
    """Some records of the registry's stream, in its order."""

    Records: list[StreamRecord]


class FailedRecord(TypedDict):
    """Where Lambda goes on: with this sequence number."""

    itemIdentifier: str


class Answer(TypedDict):
    """What Lambda is told (AWS Lambda, "Partial batch response for DynamoDB")."""

    batchItemFailures: list[FailedRecord]


def build_teller(settings: EventSettings) -> Teller:
    """The teller with the real bus behind it."""
    return Teller(
        bus=EventBridgeBus(client=clients.events(), name=settings.event_bus),
        meter=EmbeddedMetrics(),
        region=settings.region,
    )


_teller = build_teller(parse_event_settings(os.environ))


@entry_point
def handler(event: Batch, _: LambdaContext) -> Answer:
    """Tell the changes; what was not told comes again.

    A raise has Lambda halve the batch, until what it can't get past is alone in one. So that is
    for a batch whose very first record fails, and for one that holds what can't be read.
    """
    records = event["Records"]
    changes = [change for change in map(record_change, records) if change is not None]
    failed = _teller.tell(changes)
    if failed is None:
        return {"batchItemFailures": []}
    if failed == records[0]["dynamodb"]["SequenceNumber"]:
        raise NothingTold(failed)
    return {"batchItemFailures": [{"itemIdentifier": failed}]}
