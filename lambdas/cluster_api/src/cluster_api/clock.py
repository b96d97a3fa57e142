"""The machine's time."""

import time
from datetime import UTC, datetime


class SystemClock:
    """The clock of the machine that this runs on."""

    def now(self) -> datetime:
        """See Clock."""
        now = datetime.now(UTC)
        return now.replace(microsecond=now.microsecond // 1000 * 1000)

    def sleep(self, seconds: float) -> None:
        """See Clock."""
        time.sleep(seconds)
