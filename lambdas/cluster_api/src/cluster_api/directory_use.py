"""Which directories of the shared file system are in use: told to who deletes the others."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from cluster_api.every_record import every_record
from cluster_api.ports import Clock, Registry


class MountedDirectories(Protocol):
    """The directories that somebody may mount, whether the registry knows of it or not."""

    def names(self) -> Collection[str]:
        """Their names at the root of the file system."""


class DirectoryRetention(Protocol):
    """What keeps a directory that isn't in use for its days, and then deletes it."""

    def begin_pass(self, in_use: Collection[str], listed_at: datetime) -> None:
        """Have it make a pass on this list, and don't wait for it."""


@dataclass(frozen=True, kw_only=True)
class DirectoryUse:
    """Lists what is in use, from two sources that don't know each other.

    A registry that was restored from a backup, or an access point that somebody deleted by hand,
    leaves the other one to speak for a cluster.
    """

    registry: Registry
    mounted: MountedDirectories
    retention: DirectoryRetention
    clock: Clock

    def tell(self) -> int:
        """Begin a pass, and return how many directories are in use; without both sources none.

        The moment is taken first: the list is as old as the first thing that was read for it.
        """
        listed_at = self.clock.now()
        of_records = {record.cluster_name for record in every_record(self.registry)}
        in_use = of_records | set(self.mounted.names())
        self.retention.begin_pass(in_use, listed_at)
        return len(in_use)
