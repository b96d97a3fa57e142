"""The provider with a fake library and a fake registry, and a resource that it serves."""

import pytest

from cluster_library_fake import FakeLibrary
from cluster_provider.provider import Provider
from cluster_provider_story import STACK, FakeCertificates, FakeRegistry, FakeStacks, Resource


@pytest.fixture
def library() -> FakeLibrary:
    return FakeLibrary()


@pytest.fixture
def registry() -> FakeRegistry:
    return FakeRegistry()


@pytest.fixture
def stacks() -> FakeStacks:
    return FakeStacks()


@pytest.fixture
def certificates() -> FakeCertificates:
    return FakeCertificates()


@pytest.fixture
def provider(
    library: FakeLibrary,
    stacks: FakeStacks,
    certificates: FakeCertificates,
    registry: FakeRegistry,
) -> Provider:
    return Provider(library=library, stacks=stacks, certificates=certificates, registry=registry)


@pytest.fixture
def resource(provider: Provider) -> Resource:
    return Resource(provider)


@pytest.fixture
def stranger(provider: Provider) -> Resource:
    """The same cluster name in another stack."""
    return Resource(provider, stack=f"{STACK.rsplit('/', 1)[0]}/99999999-8888")
