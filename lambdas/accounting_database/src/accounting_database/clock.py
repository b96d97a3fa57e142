"""The machine's time."""

import time


class SystemClock:
    """The clock of the machine that this runs on."""

    def now(self) -> int:
        """See Clock."""
        return int(time.time())
