"""The provider with a fake library and a fake registry, and events as CloudFormation sends them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from cluster_provider.errors import RegistryUnavailable
from cluster_provider.model import Failure
from cluster_provider.provider import Provider
from cluster_provider.request import Record
from cluster_provider.testing.fake_library import FakeLibrary

NAME = "pcluster-lab-project-0a1b2c3d"
STACK = "arn:aws:cloudformation:us-east-1:000000000000:stack/hpc-lab-project-0a1b2c3d-1/11111111-2222"


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
class Resource:
    """One custom resource in a template: makes its events, and plays the framework between them."""

    provider: Provider
    stack: str = STACK
    name: str = NAME
    configuration: dict[str, Any] = field(default_factory=lambda: {"Region": "us-east-1"})
    extra: dict[str, str] = field(
        default_factory=lambda: {"RegistryId": "lab/project", "Creation": "9f8e7d6c"}
    )

    def properties(self) -> dict[str, str]:
        return {
            "ServiceToken": "arn:token",
            "ClusterName": self.name,
            "ClusterConfiguration": json.dumps(self.configuration),
            "SuppressValidators": "[]",
            **self.extra,
        }

    def event(self, kind: str, **more: Any) -> Any:
        return {
            "RequestType": kind,
            "RequestId": "request",
            "ResponseURL": "...",
            "StackId": self.stack,
            "LogicalResourceId": "Cluster",
            "ResourceProperties": self.properties(),
            **more,
        }

    def create(self) -> Any:
        return self._begin(self.event("Create"))

    def update(self, **changes: Any) -> Any:
        old = self.properties()
        physical_id = self.name
        for key, value in changes.items():
            setattr(self, key, value)
        return self._begin(
            self.event("Update", PhysicalResourceId=physical_id, OldResourceProperties=old)
        )

    def delete(self, physical_id: str = "") -> Any:
        return self._begin(self.event("Delete", PhysicalResourceId=physical_id or self.name))

    def _begin(self, event: Any) -> Any:
        """The event that the framework gives to is_complete: its own, and on_event's answer over it."""
        return {**event, **self.provider.on_event(event)}


@pytest.fixture
def library() -> FakeLibrary:
    return FakeLibrary()


@pytest.fixture
def registry() -> FakeRegistry:
    return FakeRegistry()


@pytest.fixture
def provider(library: FakeLibrary, registry: FakeRegistry) -> Provider:
    return Provider(library=library, registry=registry)


@pytest.fixture
def resource(provider: Provider) -> Resource:
    return Resource(provider)


@pytest.fixture
def stranger(provider: Provider) -> Resource:
    """The same cluster name in another stack."""
    return Resource(provider, stack=f"{STACK.rsplit('/', 1)[0]}/99999999-8888")
