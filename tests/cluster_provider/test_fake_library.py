"""The fake keeps the contract that the real library keeps in the provider's own environment."""

import pytest

from cluster_provider.model import Configuration
from cluster_library_fake import FakeLibrary
from cluster_library_contract import NAME, ClusterLibraryContract


class TestFakeLibrary(ClusterLibraryContract):
    @pytest.fixture
    def configuration(self) -> Configuration:
        return {"Region": "us-east-1", "HeadNode": {"InstanceType": "t3.medium"}}

    def finish(self, library: FakeLibrary) -> None:
        library.finish(NAME)
