"""What a pass of the reconciler sees beside the records: leases, keys, and stacks in brief."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

# The cluster provider sets it on ParallelCluster's stacks (`cluster_provider.model.OWNER_TAG`).
OWNER_TAG = "hpc:owner"


class Owner(NamedTuple):
    """The custom resource that made a cluster: the last part of its stack's id, its logical id."""

    stack: str
    resource: str


def owner_of(tag: str) -> Owner:
    """What the tag of a cluster names."""
    stack, _, resource = tag.partition("/")
    return Owner(stack=stack, resource=resource)


def last_part(stack_id: str) -> str:
    """By what tags name a stack: `arn:…:stack/<name>/<last part>`."""
    return stack_id.rpartition("/")[2]


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

    `owner` is what the cluster provider tags it with, as `owner_of` reads it.
    """

    stack: StackSummary
    owner: str
