"""An AWS in memory for cluster_api: what passes the same contract tests as the real adapters."""

import base64
import struct
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from cluster_api.errors import RecordChanged
from cluster_api.measures import Measure
from cluster_api.model import Json, KeyPairs, Project, Record
from cluster_api.names import key_pair_name, owner_of_key_pair, owner_of_secret, secret_name
from cluster_api.ports import Look, Page
from cluster_api.survey import KeptKeys, Lease


@dataclass
class FakeClock:
    """A clock that moves when somebody sleeps or says so."""

    time: datetime = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def now(self) -> datetime:
        return self.time

    def sleep(self, seconds: float) -> None:
        with self.lock:
            self.time += timedelta(seconds=seconds)


@dataclass
class FakeRegistry:
    """The registry's table as dictionaries under one lock."""

    clusters: dict[str, Record] = field(default_factory=dict)
    leases: dict[str, Lease] = field(default_factory=dict)
    history: dict[str, Record] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def find(self, project: Project) -> Record | None:
        with self.lock:
            return self.clusters.get(project.id)

    def look(self, project: Project, subnets: Sequence[str]) -> Look:
        with self.lock:
            return Look(
                record=self.clusters.get(project.id),
                free_subnets=tuple(each for each in subnets if each not in self.leases),
            )

    def page(self, *, vlab_id: str | None, after: str | None, limit: int) -> Page:
        prefix = "" if vlab_id is None else f"{vlab_id}/"
        with self.lock:
            ids = sorted(
                id_ for id_ in self.clusters if id_.startswith(prefix) and id_ > (after or "")
            )
            shown = ids[:limit]
            return Page(
                records=tuple(self.clusters[id_] for id_ in shown),
                after=shown[-1] if len(ids) > limit else None,
            )

    def admit(self, record: Record, replacing: Record | None) -> Record:
        with self.lock:
            self.check(record.project, replacing)
            if record.subnet_id is None or record.subnet_id in self.leases:
                raise RecordChanged(record.project.id)
            self.leases[record.subnet_id] = _lease(record)
            return self._put(replace(record, revision=record.revision + 1))

    def save(self, record: Record, replacing: Record) -> Record:
        with self.lock:
            self.check(record.project, replacing)
            return self._put(self._merged(record, replacing))

    def free_subnet(self, record: Record, replacing: Record) -> Record:
        with self.lock:
            self.check(record.project, replacing)
            self._end_lease(replacing)
            return self._put(self._merged(record, replacing))

    def retire(self, record: Record, *, deleted_at: datetime, keep_days: int | None) -> None:
        with self.lock:
            self.check(record.project, record)
            self._end_lease(record)
            del self.clusters[record.project.id]
            if keep_days is not None:
                self.history[f"{record.project.id}/{record.creation}"] = record

    def check(self, project: Project, expected: Record | None) -> None:
        """Raise RecordChanged if the project's record is not the expected one."""
        found = self.clusters.get(project.id)
        seen = (found.creation, found.revision) if found else None
        if seen != ((expected.creation, expected.revision) if expected else None):
            raise RecordChanged(project.id)

    def _merged(self, record: Record, replacing: Record) -> Record:
        found = self.clusters[record.project.id]
        keeps = record.failures == replacing.failures or not replacing.failures
        failures = (found.failures or record.failures) if keeps else record.failures
        return replace(record, revision=replacing.revision + 1, failures=failures)

    def _end_lease(self, record: Record) -> None:
        if record.subnet_id is None or record.subnet_id not in self.leases:
            return
        if self.leases[record.subnet_id] != _lease(record):
            raise RecordChanged(record.project.id)
        del self.leases[record.subnet_id]

    def _put(self, record: Record) -> Record:
        self.clusters[record.project.id] = record
        return record


@dataclass
class FakeLeases:
    """The leases of a fake registry."""

    registry: FakeRegistry

    def all(self) -> Sequence[Lease]:
        with self.registry.lock:
            return list(self.registry.leases.values())

    def end(self, lease: Lease) -> None:
        with self.registry.lock:
            if self.registry.leases.get(lease.subnet_id) == lease:
                del self.registry.leases[lease.subnet_id]

    def restore(self, record: Record) -> None:
        with self.registry.lock:
            self.registry.check(record.project, record)
            lease = _lease(record)
            if lease.subnet_id in self.registry.leases:
                raise RecordChanged(record.project.id)
            self.registry.leases[lease.subnet_id] = lease


@dataclass
class FakeKeys:
    """Key pairs and secrets as names."""

    clock: FakeClock = field(default_factory=FakeClock)
    pairs: set[str] = field(default_factory=set)
    secrets: dict[str, str] = field(default_factory=dict)
    times: dict[str, datetime] = field(default_factory=dict)
    made: int = 0

    def make(self, record: Record) -> KeyPairs:
        self.made += 1
        for user in ("admin", "sim"):
            self.pairs.add(key_pair_name(record.cluster_name, record.keys, user))
            self.secrets[secret_name(record.cluster_name, record.keys, user)] = f"key {self.made}"
            for name in (
                key_pair_name(record.cluster_name, record.keys, user),
                secret_name(record.cluster_name, record.keys, user),
            ):
                self.times[name] = self.clock.now()
        return KeyPairs(
            admin_key_arn=f"arn:{secret_name(record.cluster_name, record.keys, 'admin')}",
            sim_key_arn=f"arn:{secret_name(record.cluster_name, record.keys, 'sim')}",
            sim_public_key=public_key(str(self.made)),
        )

    def destroy(self, cluster_name: str, keys: str) -> None:
        for user in ("admin", "sim"):
            self.pairs.discard(key_pair_name(cluster_name, keys, user))
            self.secrets.pop(secret_name(cluster_name, keys, user), None)

    def kept(self) -> Sequence[KeptKeys]:
        newest: dict[tuple[str, str], datetime] = {}
        for name in [*self.pairs, *self.secrets]:
            owner = owner_of_key_pair(name) or owner_of_secret(name)
            assert owner is not None
            newest[owner] = max(self.times[name], newest.get(owner, self.times[name]))
        return [
            KeptKeys(cluster_name=cluster_name, keys=keys, newest_at=made_at)
            for (cluster_name, keys), made_at in newest.items()
        ]


@dataclass
class FakeSubnetPool:
    """Subnets by zone."""

    zones: dict[str, list[str]] = field(default_factory=dict)

    def subnets(self, zones: Sequence[str]) -> Sequence[str]:
        return [subnet for zone in zones for subnet in self.zones.get(zone, [])]

    def by_zone(self) -> Mapping[str, Sequence[str]]:
        return self.zones


@dataclass
class FakeMeter:
    """Keeps what it is told."""

    measures: list[Measure] = field(default_factory=list)

    def tell(self, measures: Iterable[Measure]) -> None:
        self.measures.extend(measures)


def _lease(record: Record) -> Lease:
    assert record.subnet_id is not None
    return Lease(
        subnet_id=record.subnet_id,
        holder=record.project.id,
        creation=record.creation,
        since=record.created_at,
    )


@dataclass
class FakeTemplateParameters:
    """What a test has to tell."""

    parameters: Mapping[str, str]

    def read(self) -> Mapping[str, str]:
        return self.parameters


@dataclass
class FakeTierDetails:
    """What was written of the tiers."""

    details: Json

    def read(self) -> Json:
        return self.details


def public_key(seed: str) -> str:
    """A text in the form of an ED25519 public key."""
    algorithm, point = b"ssh-ed25519", seed.encode().ljust(32, b"\0")
    blob = b"".join(struct.pack(">I", len(part)) + part for part in (algorithm, point))
    return f"ssh-ed25519 {base64.b64encode(blob).decode()}"
