"""What the provider needs of the world."""

from collections.abc import Sequence
from typing import Protocol

from cluster_provider.model import Cluster, Configuration, Failure
from cluster_provider.request import Record


class ClusterLibrary(Protocol):
    """AWS ParallelCluster, as far as it is used. Every verb begins; `describe` tells how it went.

    Each raises a ProviderError; TemporarilyUnavailable where asking again later may help.
    """

    def create(self, name: str, configuration: Configuration, *, suppressed: Sequence[str]) -> None:
        """Begin to create; ClusterExists if the name is taken, InvalidConfiguration if refused."""

    def update(self, name: str, configuration: Configuration, *, suppressed: Sequence[str]) -> bool:
        """Begin to update; False if there is nothing to change, UpdateRefused if it can't be."""

    def delete(self, name: str) -> None:
        """Begin to delete, or go on deleting; to delete what is gone is no error."""

    def describe(self, name: str) -> Cluster | None:
        """Tell how the cluster is; None if there is none."""


class Stacks(Protocol):
    """The stacks that custom resources are in."""

    def is_wanted(self, stack_id: str) -> bool:
        """Whether the stack still makes or changes what is in it; no if it is on its way out."""


class Certificates(Protocol):
    """What head nodes tell of the certificates that their REST API of Slurm has."""

    def fingerprint(self, cluster: str) -> str:
        """The SHA-256, 64 hexadecimal digits; empty if the head node has told none.

        Raises TemporarilyUnavailable where asking again later may help.
        """


class FailureRegistry(Protocol):
    """Where operators and the API read why a cluster failed."""

    def replace(self, record: Record, failures: Sequence[Failure]) -> None:
        """Keep these failures; silent if the record is gone, RegistryUnavailable if unreachable."""

    def append(self, record: Record, failures: Sequence[Failure]) -> None:
        """Keep these failures after those that are there; otherwise as `replace`."""
