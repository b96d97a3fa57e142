"""Networks of several sizes, each synthesised when it is first asked for, and once."""

from pathlib import Path

from keycloak_in_main_vpc import with_keycloak
from network_world import NetworkWorld, network_settings
from synthesised import Synthesised


class Networks:
    """The network of `local` with any number of cluster subnets, with and without Keycloak."""

    def __init__(self, directory: Path, published: Synthesised) -> None:
        """Write the assemblies below `directory`; clusters come from what is published."""
        self._directory, self._published = directory, published
        self._made: dict[tuple[int, bool], NetworkWorld] = {}

    def of(self, cluster_subnets: int, *, keycloak: bool = False) -> NetworkWorld:
        """The network with that many of them, and clusters in the first and the last.

        Args:
            cluster_subnets: how many.
            keycloak: whether it is in the Main VPC.
        """
        which = (cluster_subnets, keycloak)
        if which not in self._made:
            settings = network_settings(cluster_subnets)
            self._made[which] = NetworkWorld.of(
                with_keycloak(settings) if keycloak else settings,
                self._directory / f"{cluster_subnets}{'-keycloak' * keycloak}",
                published=self._published,
            )
        return self._made[which]
