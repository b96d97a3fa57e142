"""The shipper's day: each outbox to its stream, as soon as there is something in it."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Callable

from .cloudwatch import CloudWatchStream
from .ending import Ending
from .log_stream import LogStreamAway
from .outbox import Outbox
from .settings import Settings
from .shipping import FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, Shipper

LOOK_SECONDS = 1.0
LAST_SECONDS = 45.0
"""How long it tries to send the rest when the node goes down."""


def send(settings: Settings, *, tell: Callable[[str], None]) -> None:
    """Send until the process is told to end, then what is left."""
    ending = Ending()
    shippers = [
        Shipper(
            Outbox(directory),
            CloudWatchStream(settings, stream),
            refused=Path(settings.kept) / f"refused-{stream}.jsonl",
            tell=tell,
        )
        for stream, directory in settings.outboxes.items()
    ]
    pause = 0.0
    while not ending.is_asked:
        try:
            sent = sum(shipper.ship() for shipper in shippers)
            pause = 0.0
            if not sent:
                ending.wait(LOOK_SECONDS)
        except LogStreamAway as away:
            pause = min(max(2 * pause, FIRST_PAUSE_SECONDS), LONGEST_PAUSE_SECONDS)
            tell(f"{away}; trying again within {pause:g} s")
            # Spread, so that many clusters don't come back at once.
            ending.wait(pause * random.uniform(0.5, 1.0))  # noqa: S311 - no secret
    for shipper in shippers:
        shipper.ship_all(seconds=LAST_SECONDS / len(shippers))
