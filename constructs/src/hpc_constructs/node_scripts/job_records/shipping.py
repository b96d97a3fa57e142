"""From an outbox to a log stream: nothing is forgotten before CloudWatch has said that it has it.

A batch is sent again only where its end isn't known: an answer was lost, this process ended before
the note of it, or a part was taken and CloudWatch was away for the rest. Those are the only lines
that can be twice in the log; they are the same to the byte, so they have the same `key`, by which
queries drop one.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Callable

from .batches import Event, next_batch
from .log_stream import LogStream, LogStreamAway, LogStreamRefused
from .outbox import Outbox

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 60.0


class Shipper:
    """Sends one outbox to one stream."""

    def __init__(
        self,
        outbox: Outbox,
        stream: LogStream,
        *,
        refused: Path,
        tell: Callable[[str], None],
        now: Callable[[], float] = time.time,
    ) -> None:
        """Send what is in `outbox`; what CloudWatch refuses for good goes to the file `refused`."""
        self._outbox = outbox
        self._stream = stream
        self._refused = refused
        self._tell = tell
        self._now = now

    def ship(self) -> int:
        """Send the next batch, and say how many lines that were; 0 if there are none.

        Raises:
            LogStreamAway: CloudWatch can't be reached, or is busy: the lines are still there.
        """
        batch = next_batch(self._outbox.unsent(), now=self._now())
        if batch is None:
            return 0
        self._send(batch.events)
        self._outbox.mark_sent(batch.behind)
        return len(batch.events)

    def ship_all(self, *, seconds: float) -> bool:
        """Send all there is, trying again for so long; say whether nothing is left."""
        end, pause = time.monotonic() + seconds, FIRST_PAUSE_SECONDS
        while True:
            try:
                if not self.ship():
                    return True
                pause = FIRST_PAUSE_SECONDS
            except LogStreamAway as error:
                left = end - time.monotonic()
                if left <= 0:
                    self._tell(f"not all was sent: {error}")
                    return False
                time.sleep(min(pause, left))
                pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
            if time.monotonic() > end:
                return next_batch(self._outbox.unsent(), now=self._now()) is None

    def _send(self, events: Sequence[Event]) -> None:
        try:
            late = self._stream.put(events)
        except LogStreamRefused as refusal:
            self._send_apart(events, refusal)
            return
        if late:
            # Older than the group keeps events, or than any may be: the time of the sending then.
            present = int(self._now() * 1000)
            again = [Event(present, event.message) for event in late]
            if left := self._stream.put(again):
                self._put_aside(left, "refused twice for its time")

    def _send_apart(self, events: Sequence[Event], refusal: LogStreamRefused) -> None:
        """One event is in the way of the others: find it, by halves."""
        if len(events) == 1:
            self._put_aside(events, str(refusal))
            return
        middle = len(events) // 2
        self._send(events[:middle])
        self._send(events[middle:])

    def _put_aside(self, events: Sequence[Event], why: str) -> None:
        with self._refused.open("a", encoding="utf-8") as file:
            file.writelines(f"{event.message}\n" for event in events)
        self._tell(f"{len(events)} lines are in {self._refused}, CloudWatch refuses them: {why}")
