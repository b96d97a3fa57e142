"""A cluster brought from state to state, each in which its nodes must be as users expect them."""

from contextlib import ExitStack
from dataclasses import dataclass
from enum import StrEnum

from node_cluster import Cluster, Storage


class State(StrEnum):
    """Each after the one before it."""

    CONFIGURED = "configured"
    AGAIN = "configured again"
    REBOOTED = "rebooted"


@dataclass(frozen=True, kw_only=True)
class Users:
    """Who logs in: `sim` and another, with the private key of `sim`."""

    sim_key: str
    private_key: str
    more: str


class Progress:
    """One cluster at a time, a benchmark's, which mounts all there is; from state to state."""

    def __init__(self, users: Users) -> None:
        """Configure it for these users."""
        self._users = users
        self._ends = ExitStack()
        self._cluster: Cluster | None = None
        self._reached: list[State] = []

    def reach(self, storage: Storage, state: State) -> Cluster:
        """The cluster of this storage in this state."""
        cluster = self._cluster
        if cluster is None or cluster.storage is not storage or state in self._reached[:-1]:
            self.end()
            cluster = self._cluster = self._ends.enter_context(Cluster(storage, benchmark=True))
        for step in list(State)[len(self._reached) : list(State).index(state) + 1]:
            self._take(cluster, step)
            self._reached.append(step)
        return cluster

    def end(self) -> None:
        """End the cluster that there is."""
        self._ends.close()
        self._cluster, self._reached = None, []

    def _take(self, cluster: Cluster, step: State) -> None:
        if step is State.REBOOTED:
            cluster.head.reboot()
            cluster.compute.lose_power()
            cluster.compute.boot()
            return
        for node in cluster.nodes:
            done = cluster.configure(node, key=self._users.sim_key, users=self._users.more)
            assert (done.returncode, done.stderr) == (0, "")
