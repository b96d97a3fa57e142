"""What a head node's bootstrap does to the machine, whether there is one or not."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from embedded_aws.head_nodes.role import NodeRole

Say = Callable[[str], None]
Section = Mapping[str, Any]

RECIPE = "Failed to run chef recipe"
"""What ParallelCluster's failure analysis looks for."""


class BootstrapError(Exception):
    """The text is the reason to signal."""


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """What a head node reads before anything else.

    Attributes:
        configuration: ParallelCluster's, as the library published it.
        instance_types: what EC2 says of each type in it, by its name.
        attributes: the part `cluster` of dna.json.
    """

    configuration: Section
    instance_types: Section
    attributes: Section


@dataclass(frozen=True, kw_only=True)
class Script:
    """A script of a custom action; `number` counts those of its event from 1."""

    event: str
    number: int
    url: str
    content: bytes
    arguments: Sequence[str]


class Machine(Protocol):
    """The node itself. What can't be done is a BootstrapError."""

    def boot(self, cluster: Cluster) -> None:
        """Come up as an instance of ParallelCluster's image."""

    def run(self, script: Script) -> None:
        """Run a custom action's script."""

    def configure(self, cluster: Cluster, role: NodeRole) -> None:
        """Mount the shared storage, and start Slurm."""


class PlayedMachine:
    """None: all that it is asked for is as good as done."""

    def boot(self, cluster: Cluster) -> None:
        """Nothing."""

    def run(self, script: Script) -> None:
        """Nothing."""

    def configure(self, cluster: Cluster, role: NodeRole) -> None:
        """Nothing."""
