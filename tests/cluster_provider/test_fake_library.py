"""The fake keeps the contract that the real library keeps in the provider's own environment."""

import pytest

from cluster_provider.model import Configuration
from cluster_provider.testing.fake_library import FakeLibrary
from cluster_provider.testing.library_contract import NAME, ClusterLibraryContract


class TestFakeLibrary(ClusterLibraryContract):
    @pytest.fixture
    def configuration(self) -> Configuration:
        return {"Region": "us-east-1", "HeadNode": {"InstanceType": "t3.medium"}}

    def finish(self, library: FakeLibrary) -> None:
        library.finish(NAME)
