"""The fake keeps the contract that the real library keeps in the provider's own environment."""

import pytest

from cluster_library_contract import NAME, ClusterLibraryContract
from cluster_library_fake import FakeLibrary
from cluster_provider.model import Configuration


class TestFakeLibrary(ClusterLibraryContract[FakeLibrary]):
    @pytest.fixture
    def configuration(self) -> Configuration:
        return {"Region": "us-east-1", "HeadNode": {"InstanceType": "t3.medium"}}

    def finish(self, library: FakeLibrary) -> None:
        library.finish(NAME)
