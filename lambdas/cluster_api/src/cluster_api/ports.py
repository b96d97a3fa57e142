"""What the service needs of the world, in its own words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from cluster_api.measures import Measure
from cluster_api.model import Json, KeyPairs, Launch, Project, Record, Stack, StackEvent
from cluster_api.survey import KeptKeys, Lease, StackSummary


@dataclass(frozen=True, kw_only=True)
class Look:
    """A project's record, and those of the proposed subnets that nobody holds."""

    record: Record | None
    free_subnets: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Page:
    """Some records in the order of their ids; `after` is where the next page begins."""

    records: tuple[Record, ...]
    after: str | None


class Registry(Protocol):
    """The records of clusters and the leases of subnets.

    Every write raises RecordChanged, and writes nothing, when the registry is not as it was read.
    It returns the record as it is now, with its new revision.
    """

    def find(self, project: Project) -> Record | None:
        """The project's record as it is at this moment."""

    def look(self, project: Project, subnets: Sequence[str]) -> Look:
        """The project's record and the free ones among at most 99 subnets."""

    def page(self, *, vlab_id: str | None, after: str | None, limit: int) -> Page:
        """The records of all clusters, or of one lab's, that follow `after`."""

    def admit(self, record: Record, replacing: Record | None) -> Record:
        """Put the record in the place of `replacing`, and the lease of its subnet."""

    def save(self, record: Record, replacing: Record) -> Record:
        """Put what differs; failures that the provider wrote meanwhile stay."""

    def free_subnet(self, record: Record, replacing: Record) -> Record:
        """As save, and end the lease that `replacing` holds."""

    def retire(self, record: Record, *, deleted_at: datetime, keep_days: int | None) -> None:
        """End the record and its lease; keep it as history for so many days, or not at all."""


class Leases(Protocol):
    """The leases beside the records that they are held for."""

    def all(self) -> Sequence[Lease]:
        """Every lease there is."""

    def end(self, lease: Lease) -> None:
        """End it, if it is still this one; ending what is gone succeeds."""

    def restore(self, record: Record) -> None:
        """Lend the record its subnet again. Raises RecordChanged, also if somebody holds it."""


class Keys(Protocol):
    """The key pairs of a cluster's users and the secrets with their private halves."""

    def make(self, record: Record) -> KeyPairs:
        """Make them, or make them anew when a request died half-way."""

    def destroy(self, cluster_name: str, keys: str) -> None:
        """Destroy what is there of them."""

    def kept(self) -> Sequence[KeptKeys]:
        """All that are there, of every cluster."""


class Stacks(Protocol):
    """The projects' stacks. A stack goes by its name or its id; a deleted one by its id only."""

    def launch(self, launch: Launch) -> None:
        """Begin a stack. The same launch again is the same stack.

        Raises:
            StackRefused, StackLimitReached: there is no such stack.
        """

    def find(self, stack: str) -> Stack | None:
        """The stack, or None when there is none."""

    def delete(self, stack: str) -> None:
        """Begin to delete it; deleting what is gone succeeds. Raises StackBusy."""

    def events(self, stack_id: str) -> Sequence[StackEvent]:
        """What happened to its resources, the oldest first."""

    def summaries(self) -> Sequence[StackSummary]:
        """Every stack of the account and region that is not deleted, others' among them."""


class OwnedClusters(Protocol):
    """ParallelCluster's clusters, as the cluster provider marks them."""

    def owner(self, name: str) -> str | None:
        """The custom resource that made the cluster; None if it is gone, or nobody's of ours."""

    def delete(self, name: str, owner: str) -> None:
        """Have the provider begin to delete it, if it still is its owner's."""


class SubnetPool(Protocol):
    """The subnets that clusters may be given."""

    def subnets(self, zones: Sequence[str]) -> Sequence[str]:
        """The ids of those in the zones, in any order."""

    def by_zone(self) -> Mapping[str, Sequence[str]]:
        """All of them; a zone that has none is left out."""


class TemplateParameters(Protocol):
    """What `cdk deploy` knows and every launch is told."""

    def read(self) -> Mapping[str, str]:
        """The parameters of the published templates that are the same for all projects."""


class TierDetails(Protocol):
    """What callers are told of the tiers."""

    def read(self) -> Json:
        """The answer to GET of the tiers, as synthesis wrote it."""


class Meter(Protocol):
    """Where measures go."""

    def tell(self, measures: Iterable[Measure]) -> None:
        """Keep them, as of now."""


class Clock(Protocol):
    """The time."""

    def now(self) -> datetime:
        """The time in UTC, exact to the millisecond."""

    def sleep(self, seconds: float) -> None:
        """Wait."""
