"""Networks of several sizes, each synthesised when it is first asked for, and once."""

from pathlib import Path

from network_world import NetworkWorld, network_settings
from synthesised import Synthesised


class Networks:
    """The network of `local` with any number of cluster subnets."""

    def __init__(self, directory: Path, published: Synthesised) -> None:
        """Write the assemblies below `directory`; clusters come from what is published."""
        self._directory, self._published = directory, published
        self._made: dict[int, NetworkWorld] = {}

    def of(self, cluster_subnets: int) -> NetworkWorld:
        """The network with that many of them, and clusters in the first and the last."""
        if cluster_subnets not in self._made:
            self._made[cluster_subnets] = NetworkWorld.of(
                network_settings(cluster_subnets),
                self._directory / str(cluster_subnets),
                published=self._published,
            )
        return self._made[cluster_subnets]
