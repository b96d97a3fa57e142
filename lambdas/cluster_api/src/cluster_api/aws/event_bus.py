"""The bus for changes of clusters' states, in EventBridge."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cluster_api.aws.faults import passing_faults
from cluster_api.changes import StateChange

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_events.type_defs import (
        PutEventsRequestEntryTypeDef,
        PutEventsResultEntryTypeDef,
    )

SOURCE = "hpc-provisioner"
DETAIL_TYPE = "HPC Cluster State Change"


@dataclass(frozen=True, kw_only=True)
class EventBridgeBus:
    """A custom bus; what it refuses is told for each entry."""

    client: "EventBridgeClient"
    name: str

    def put(self, changes: Sequence[StateChange]) -> Sequence[str | None]:
        """See EventBus."""
        with passing_faults("EventBridge"):
            answer = self.client.put_events(Entries=[self._entry(change) for change in changes])
        return [_refusal(entry) for entry in answer["Entries"]]

    def _entry(self, change: StateChange) -> "PutEventsRequestEntryTypeDef":
        return {
            "EventBusName": self.name,
            "Source": SOURCE,
            "DetailType": DETAIL_TYPE,
            "Time": change.at,
            "Detail": json.dumps(change.detail),
        }


def _refusal(entry: "PutEventsResultEntryTypeDef") -> str | None:
    if "ErrorCode" not in entry:
        return None
    return f"{entry['ErrorCode']}: {entry.get('ErrorMessage', '')}"
