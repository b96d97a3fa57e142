"""Telling what became of clusters: in order, as often as it takes, and never past a failure."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cluster_api.changes import EventBus, RecordChange, StateChange
from cluster_api.errors import AwsUnavailable
from cluster_api.outcomes import outcomes
from cluster_api.ports import Meter
from cluster_api.state_changes import state_change
from cluster_api.subject import is_about, is_about_nobody

_log = logging.getLogger(__name__)

# EventBridge takes ten entries a call (PutEvents, "Entries").
PER_CALL = 10


@dataclass(frozen=True, kw_only=True)
class Teller:
    """Puts on a bus what follows from changes of records, and counts what was told.

    What is told again is counted again: after a failure, which is rare.
    """

    bus: EventBus
    meter: Meter
    region: str

    def tell(self, changes: Sequence[RecordChange]) -> str | None:
        """Tell the changes in their order; the position of the first that was not, or None.

        What follows that position is to be told again. Some of it was told already, of other
        clusters only: so no cluster's changes overtake each other.
        """
        told = [state_change(change, self.region) for change in changes]
        for call in calls([each for each in told if each is not None]):
            refused = self._put(call)
            is_about_nobody()
            if refused is not None:
                return refused
        return None

    def _put(self, call: Sequence[StateChange]) -> str | None:
        try:
            reasons = self.bus.put(call)
        except AwsUnavailable as problem:
            _log.warning("no event was told: %s", problem)
            return call[0].position
        for change, reason in zip(call, reasons, strict=True):
            is_about(change.project)
            extra = {"position": change.position}
            if reason is not None:
                _log.warning("an event was refused: %s", reason, extra=extra)
                return change.position
            _log.info("told: %s", change.detail["newState"], extra=extra)
            self.meter.tell(outcomes(change.detail))
        return None


def calls(changes: Sequence[StateChange]) -> Iterator[Sequence[StateChange]]:
    """The changes in calls of at most ten, none with two changes of one cluster.

    For of one call any entry may be refused, and those after it be taken.
    """
    call: list[StateChange] = []
    for change in changes:
        if len(call) == PER_CALL or any(each.project == change.project for each in call):
            yield call
            call = []
        call.append(change)
    if call:
        yield call
