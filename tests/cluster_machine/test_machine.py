"""Whatever happens in whatever order: no subnet with two holders, nothing held without a cluster.

The same examples at each run. HPC_MACHINE_EXAMPLES=5000 in the environment tries so many others.
"""

from cluster_machine import ClusterMachine, machine_settings
from cluster_surroundings import Surroundings, fake_surroundings


class InMemory(ClusterMachine):
    """All ports are fakes."""

    def surroundings(self) -> Surroundings:
        """Anew for each example."""
        return fake_surroundings()


TestInMemory = InMemory.TestCase
TestInMemory.settings = machine_settings(examples=1500, steps=30)
