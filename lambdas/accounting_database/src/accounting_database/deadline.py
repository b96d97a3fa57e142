"""How long a session may still begin something, and how long it waits for one answer."""

import time
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Patience:
    """Seconds: to connect, for one answer of the server, and until nothing more is begun.

    `lock` is how long another request for the same schema is waited for: whole seconds, fewer than
    for an answer.
    """

    connect: float
    answer: float
    total: float
    lock: int = 8


# A session ends within `total` and one `answer`. CloudFormation's caller waits for both of these,
# less than a minute: a Create that fails is undone before anybody is told.
OF_A_RESOURCE = Patience(connect=5, answer=10, total=30)
OF_AN_UNDO = Patience(connect=2, answer=4, total=5, lock=2)
# Reports read, and a purge drops, what Slurm wrote in months.
OF_A_SCHEDULE = Patience(connect=5, answer=60, total=240, lock=1)


class Deadline:
    """When the patience of one session ends, and of those that it opens as others."""

    def __init__(self, patience: Patience) -> None:
        self.patience = patience
        self._until = time.monotonic() + patience.total

    def passes_within(self, seconds: float = 0) -> bool:
        """Whether it will have passed in so many seconds."""
        return time.monotonic() + seconds > self._until
