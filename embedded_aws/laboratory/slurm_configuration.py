"""What a laboratory's Slurm is to be: its cluster, its queues, its database, and what comes beside.

`slurm_files` makes Slurm's configuration files of it.
"""

from dataclasses import dataclass, field
from typing import Final

DBD_PORT: Final = 6819

ENFORCED: Final = (
    "AccountingStorageEnforce=associations,limits",
    "PrivateData=jobs,usage",
    "DisableRootJobs=YES",
)
"""CustomSlurmSettings of clusters that have accounting."""


@dataclass(frozen=True, kw_only=True)
class AccountingDatabase:
    """Where slurmdbd keeps the jobs, as the node reaches it.

    Attributes:
        host: its name; what a certificate of the server must have.
        port: of the server.
        user: of the server.
        password: of this user.
        name: of the schema.
        authority: whose certificates are trusted, as PEM; if it is given, nothing goes without TLS.
    """

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    name: str
    authority: str | None = None


@dataclass(frozen=True, kw_only=True)
class ComputeResource:
    """Nodes of one kind, all of which are up.

    Attributes:
        name: of the compute resource.
        static: how many of them are static by their names.
        dynamic: how many are dynamic by their names.
        cpus: of each.
        memory_mib: of each.
    """

    name: str = "small"
    static: int = 2
    dynamic: int = 0
    cpus: int = 4
    memory_mib: int = 2000

    def node_names(self, queue: str) -> list[str]:
        """By ParallelCluster's rule: queue, `st` or `dy`, compute resource, number."""
        return [
            f"{queue}-{kind}-{self.name}-{number}"
            for kind, count in (("st", self.static), ("dy", self.dynamic))
            for number in range(1, count + 1)
        ]


@dataclass(frozen=True, kw_only=True)
class Queue:
    """A queue; `settings` are what its partition has beside its nodes, such as `MaxTime=60`."""

    name: str = "small"
    compute_resources: tuple[ComputeResource, ...] = (ComputeResource(),)
    settings: tuple[str, ...] = ("MaxTime=INFINITE",)

    @property
    def node_names(self) -> list[str]:
        """Those of all its compute resources."""
        return [name for each in self.compute_resources for name in each.node_names(self.name)]


@dataclass(frozen=True, kw_only=True)
class ExtraFile:
    """A file that is there before the daemons start, such as a hook."""

    path: str
    content: str
    mode: int = 0o644
    owner: str = "root"


@dataclass(frozen=True, kw_only=True)
class ExtraDaemon:
    """A service that starts after Slurm's and must run as long as they do, such as slurmrestd."""

    name: str
    unit: str


@dataclass(frozen=True, kw_only=True)
class SlurmConfiguration:
    """All of it.

    Attributes:
        cluster_name: ClusterName, which Slurm writes in lower case.
        database: of slurmdbd; without one there is no accounting, as in ParallelCluster.
        custom_settings: CustomSlurmSettings: lines that come last in slurm.conf.
        queues: the first one is the default.
        by_memory: whether jobs get memory, too, and not CPUs alone.
        administrator: the image's default user, whom ParallelCluster makes an administrator.
        files: what comes beside.
        daemons: what runs beside.
    """

    cluster_name: str
    database: AccountingDatabase | None = None
    custom_settings: tuple[str, ...] = ()
    queues: tuple[Queue, ...] = (Queue(),)
    by_memory: bool = False
    administrator: str = "ec2-user"
    files: tuple[ExtraFile, ...] = ()
    daemons: tuple[ExtraDaemon, ...] = ()
