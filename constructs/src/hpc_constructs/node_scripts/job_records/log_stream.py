"""Where lines go, as the shipper sees it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from .batches import Event


class LogStreamAway(Exception):
    """It can't be reached, or takes nothing now; later it may."""


class LogStreamRefused(Exception):
    """It says that what it was given is no log event, and will say so again."""


class LogStream(Protocol):
    """A stream of one log group."""

    def put(self, events: Sequence[Event]) -> Sequence[Event]:
        """Append events, in the order of their times; give those that are refused for their time.

        Raises:
            LogStreamAway: it isn't known whether it has them.
            LogStreamRefused: it has none of them.
        """
        ...
