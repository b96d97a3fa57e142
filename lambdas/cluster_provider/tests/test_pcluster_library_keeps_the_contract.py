"""The real library is what the fake says it is, as far as moto's CloudFormation goes."""

import pytest
from deployable import start_head_node
from moto_world import MotoWorld

from cluster_library_contract import NAME, ClusterLibraryContract
from cluster_provider.pcluster_library import ParallelClusterLibrary


class TestParallelClusterLibrary(ClusterLibraryContract[ParallelClusterLibrary]):
    @pytest.fixture(autouse=True)
    def _world(self, world: MotoWorld) -> None:
        self.world = world

    def finish(self, library: ParallelClusterLibrary) -> None:
        start_head_node(self.world, NAME)
