"""What FSx keeps: records with a lifecycle."""

import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from ministack.core.responses import AccountRegionScopedDict, get_account_id, get_region

from embedded_aws.emulator.fsx.errors import FsxError

SECONDS_TO_DELETE = 0.5
MOST_OF_A_MESSAGE = 256


@dataclass(kw_only=True)
class Record:
    """A file system, association or task; `data` is what describing it gives, but the lifecycle."""

    id: str
    data: dict[str, Any]
    asked: dict[str, Any]  # the request that made it
    state: str = "CREATING"
    failure: str = ""
    made_at: float = field(default_factory=time.time)
    deleted_at: float | None = None

    @property
    def lifecycle(self) -> str:
        """The state, until it is deleted."""
        return self.state if self.deleted_at is None else "DELETING"

    @property
    def gone(self) -> bool:
        """Whether the deletion is over."""
        return self.deleted_at is not None and time.time() >= self.deleted_at + SECONDS_TO_DELETE

    @property
    def file_system_id(self) -> str:
        """The file system that it is, or belongs to."""
        return str(self.data["FileSystemId"])

    def end(self, state: str, failure: str = "") -> None:
        """Have it in that state, for that reason."""
        self.failure = failure[:MOST_OF_A_MESSAGE]
        self.state = state

    def delete(self) -> None:
        """Begin its deletion, once."""
        self.deleted_at = self.deleted_at or time.time()

    def described(self) -> dict[str, Any]:
        """Give it as the API does."""
        failure = {"FailureDetails": {"Message": self.failure}} if self.failure else {}
        return {**self.data, **failure, "CreationTime": self.made_at, "Lifecycle": self.lifecycle}


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

    def of(self, file_system_id: str) -> list[Record]:
        """Give those of a file system, oldest first."""
        return [record for record in self.all() if record.file_system_id == file_system_id]

    def made_by(self, asked: dict[str, Any]) -> Record | None:
        """Give what the same request has made before; refuse its token in another request."""
        token = asked.get("ClientRequestToken")
        same = (r for r in self.all() if token and r.asked.get("ClientRequestToken") == token)
        record = next(same, None)
        if record is not None and record.asked != asked:
            names = sorted(record.asked.keys() | asked.keys())
            other = next(name for name in names if record.asked.get(name) != asked.get(name))
            raise FsxError(
                "IncompatibleParameterError",
                f"The request with ClientRequestToken {token} had another {other}",
                Parameter=other,
            )
        return record


def new_id(kind: str) -> str:
    """Give an id as FSx has them: the kind and 17 hexadecimal digits."""
    return f"{kind}-{secrets.token_hex(9)[:17]}"


def arn_of(resource: str, *, service: str = "fsx") -> str:
    """Give a resource's ARN in the request's region and account."""
    return f"arn:aws:{service}:{get_region()}:{get_account_id()}:{resource}"


file_systems = Records()
associations = Records()
tasks = Records()


def named(arn: str) -> Record | None:
    """Give what is there under the ARN, of any kind."""
    kinds = (file_systems, associations, tasks)
    ours = (record for kind in kinds for record in kind.all())
    return next((record for record in ours if record.data["ResourceARN"] == arn), None)
