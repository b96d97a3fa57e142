"""What a pass of the reconciler sees beside the records: leases, keys, and stacks in brief."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Lease:
    """A subnet that somebody holds; `since` is None in leases of before it was kept."""

    subnet_id: str
    holder: str
    creation: str
    since: datetime | None


@dataclass(frozen=True, kw_only=True)
class KeptKeys:
    """Key pairs and secrets of one name; `newest_at` is when the last of them was made."""

    cluster_name: str
    keys: str
    newest_at: datetime


@dataclass(frozen=True, kw_only=True)
class StackSummary:
    """A stack as a list of stacks has it; `changed_at` is its last operation's beginning."""

    id: str
    name: str
    status: str
    changed_at: datetime


@dataclass(frozen=True, kw_only=True)
class OwnedCluster:
    """A stack of ParallelCluster's, and the custom resource that made it.

    `owner` is what the cluster provider tags it with: `<last part of the stack's id>/<logical id>`.
    """

    stack: StackSummary
    owner: str
