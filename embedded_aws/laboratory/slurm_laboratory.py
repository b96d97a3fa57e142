"""A cluster's Slurm from nothing: a node of its own, booted, with users, and every daemon up."""

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from embedded_aws.laboratory.network_namespace import Endpoint
from embedded_aws.laboratory.node import Node, NodeTrouble
from embedded_aws.laboratory.parallelcluster_node import Kind, prepare
from embedded_aws.laboratory.slurm_client import SlurmClient
from embedded_aws.laboratory.slurm_configuration import SlurmConfiguration
from embedded_aws.laboratory.slurm_head_node import SlurmHeadNode
from embedded_aws.laboratory.swept_directory import SweptDirectory


class SlurmLaboratory(SlurmClient):
    """Use it in a `with`; when that ends well, every daemon must still run.

    Attributes:
        head: the daemons, to stop, start and kill.
        node: the node that they run on.
    """

    def __init__(
        self,
        configuration: SlurmConfiguration,
        *,
        root: Path,
        users: Mapping[str, int],
        database: Endpoint | None = None,
    ) -> None:
        """Make ready to boot.

        Args:
            configuration: the cluster.
            root: the root file system of nodes.
            users: their ids by their names; each has a home on the node.
            database: where the server of `configuration.database` really is.
        """
        self._users = users
        self._shared = SweptDirectory("slurm-shared-")
        self._shared.path.chmod(0o755)
        self._ends = ExitStack()
        self._ends.callback(self._shared.close)
        super().__init__(Node("head", root=root, shared=self._shared.path))
        self.head = SlurmHeadNode(self.node, configuration)
        if configuration.database and database:
            self.node.see(configuration.database.host, configuration.database.port, database)

    def __enter__(self) -> Self:
        """Boot, install and start."""
        with self._ends:
            self._ends.enter_context(self.node)
            prepare(self.node, Kind.HEAD, {})
            for name, number in self._users.items():
                self.node.must(
                    *("useradd", "--uid", str(number), "--create-home", "--user-group"),
                    *("--shell", "/bin/bash", name),
                )
            self.head.install()
            self.head.start_all()
            self._ends = self._ends.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End it all.

        Raises:
            NodeTrouble: a daemon had died, and nothing else went wrong that would hide it.
        """
        with self._ends:
            died = [] if error else self.head.died()
        if died:
            raise NodeTrouble(f"daemons died: {'; '.join(died)}")
