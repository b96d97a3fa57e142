"""Whether this process is told to end; it ends where it can, not in the middle of something."""

from __future__ import annotations

import signal
import threading
from types import FrameType


class Ending:
    """Told by SIGTERM, as systemd does, and by SIGINT."""

    def __init__(self) -> None:
        """Listen from now on."""
        self._asked = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)

    @property
    def is_asked(self) -> bool:
        """Whether it is."""
        return self._asked.is_set()

    def wait(self, seconds: float) -> None:
        """Wait so long, or until it is."""
        self._asked.wait(seconds)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self._asked.set()
