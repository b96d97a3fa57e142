"""What FSx keeps: records with a lifecycle that time moves on."""

import time
from dataclasses import dataclass, field
from typing import Any

from ministack.core.responses import AccountRegionScopedDict

SECONDS_TO_CREATE = 1.0
SECONDS_TO_DELETE = 0.5


@dataclass(kw_only=True)
class Record:
    """A file system, association or task; `data` is what describing it gives, but Lifecycle."""

    id: str
    data: dict[str, Any]
    ready_state: str = "AVAILABLE"
    token: str | None = None  # the caller's, that makes a repeated creation the same one
    made_at: float = field(default_factory=time.time)
    deleted_at: float | None = None

    @property
    def lifecycle(self) -> str:
        """CREATING, then `ready_state`, then DELETING."""
        if self.deleted_at is not None:
            return "DELETING"
        return self.ready_state if time.time() >= self.made_at + SECONDS_TO_CREATE else "CREATING"

    @property
    def gone(self) -> bool:
        """Whether the deletion is over."""
        return self.deleted_at is not None and time.time() >= self.deleted_at + SECONDS_TO_DELETE

    def described(self) -> dict[str, Any]:
        """Give it as the API does."""
        return {**self.data, "CreationTime": self.made_at, "Lifecycle": self.lifecycle}


class Records:
    """The records of one kind, in the account and region of the request."""

    def __init__(self) -> None:
        self._records: Any = AccountRegionScopedDict()

    def add(self, record: Record) -> Record:
        """Keep a new record."""
        self._records[record.id] = record
        return record

    def get(self, record_id: str) -> Record | None:
        """Give a record that is still there."""
        record: Record | None = self._records.get(record_id)
        return None if record is None or record.gone else record

    def all(self) -> list[Record]:
        """Give the records that are still there, oldest first; forget the others."""
        for record_id, record in list(self._records.items()):
            if record.gone:
                del self._records[record_id]
        return sorted(self._records.values(), key=lambda record: record.made_at)


file_systems = Records()
associations = Records()
tasks = Records()
