"""One custom resource from CloudFormation's side: its events, and a registry in memory."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, cast

from cluster_provider.errors import RegistryUnavailable, TemporarilyUnavailable
from cluster_provider.model import Configuration, Failure
from cluster_provider.provider import Provider
from cluster_provider.request import Properties, Record, ResourceEvent

NAME = "pcluster-lab-project-0a1b2c3d"
STACK = (
    "arn:aws:cloudformation:us-east-1:000000000000:stack/hpc-lab-project-0a1b2c3d-1/11111111-2222"
)
RECORD = Record(id="lab/project", creation="9f8e7d6c")


@dataclass
class FakeRegistry:
    """Failures by record; `away` makes it unavailable."""

    failures: dict[Record, list[Failure]] = field(default_factory=dict)
    away: bool = False

    def replace(self, record: Record, failures: Sequence[Failure]) -> None:
        self._answer()
        self.failures[record] = list(failures)

    def append(self, record: Record, failures: Sequence[Failure]) -> None:
        self._answer()
        self.failures.setdefault(record, []).extend(failures)

    def _answer(self) -> None:
        if self.away:
            raise RegistryUnavailable("no table")


@dataclass
class FakeStacks:
    """Stacks that are all wanted, but those in `gone`."""

    gone: set[str] = field(default_factory=set)

    def is_wanted(self, stack_id: str) -> bool:
        return stack_id not in self.gone


@dataclass
class FakeCertificates:
    """Fingerprints by cluster; `away` makes them unavailable once."""

    told: dict[str, str] = field(default_factory=dict)
    away: bool = False

    def fingerprint(self, cluster: str) -> str:
        if self.away:
            self.away = False
            raise TemporarilyUnavailable("throttled")
        return self.told.get(cluster, "")


@dataclass
class Resource:
    """A Custom::ParallelCluster in a template; plays CDK's framework between the two functions."""

    provider: Provider
    stack: str = STACK
    name: str = NAME
    configuration: Configuration = field(default_factory=lambda: {"Region": "us-east-1"})
    extra: dict[str, str] = field(
        default_factory=lambda: {"RegistryId": RECORD.id, "Creation": RECORD.creation}
    )

    def create(self) -> ResourceEvent:
        return self._begin("Create", {})

    def update(
        self,
        *,
        name: str | None = None,
        configuration: Mapping[str, object] | None = None,
        extra: dict[str, str] | None = None,
    ) -> ResourceEvent:
        before = {"PhysicalResourceId": self.name, "OldResourceProperties": self._properties()}
        self.name = name or self.name
        self.configuration = dict(configuration or self.configuration)
        self.extra = extra or self.extra
        return self._begin("Update", before)

    def delete(self, physical_id: str = "") -> ResourceEvent:
        return self._begin("Delete", {"PhysicalResourceId": physical_id or self.name})

    def _begin(
        self, kind: Literal["Create", "Update", "Delete"], more: Mapping[str, object]
    ) -> ResourceEvent:
        """What the framework gives to is_complete: the event, with on_event's answer over it."""
        event: ResourceEvent = {
            "RequestType": kind,
            "StackId": self.stack,
            "LogicalResourceId": "Cluster",
            "ResourceProperties": self._properties(),
        }
        event = cast(ResourceEvent, {**event, **more})
        return cast(ResourceEvent, {**event, **self.provider.on_event(event)})

    def _properties(self) -> Properties:
        properties = {
            "ServiceToken": "arn:token",
            "ClusterName": self.name,
            "ClusterConfiguration": json.dumps(self.configuration),
            "SuppressValidators": "[]",
            **self.extra,
        }
        return cast(Properties, properties)
