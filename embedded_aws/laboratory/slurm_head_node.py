"""Slurm on a node that ParallelCluster's imitation has prepared: installed, started, watched."""

import secrets
import time
from collections.abc import Callable

from embedded_aws.laboratory.node import PATIENCE_SECONDS, Node, NodeTrouble
from embedded_aws.laboratory.slurm_configuration import SlurmConfiguration
from embedded_aws.laboratory.slurm_files import ETC, STATE, slurm_files
from embedded_aws.laboratory.slurm_units import UNITS, daemons

# What is at ParallelCluster's paths is Debian's; the link in /etc is where Debian's looks itself.
_INSTALL = f"""\
rm -rf /etc/slurm && mkdir -p {ETC} && ln -s {ETC} /etc/slurm
ln -s /usr/bin /opt/slurm/bin && ln -s /usr/sbin /opt/slurm/sbin
install -d -o slurm -g slurm -m 700 {STATE}
for log in slurmctld slurmdbd; do
  install -o slurm -g slurm -m 640 /dev/null "/var/log/$log.log"
done
"""

_ENABLE = """\
cd /etc/systemd/system/multi-user.target.wants
for daemon in "$@"; do
  unit=$(sed -E "s/@.*/@/" <<<"$daemon").service
  for place in /etc/systemd/system /usr/lib/systemd/system; do
    [ ! -e "$place/$unit" ] || { ln -sf "$place/$unit" "$daemon.service"; break; }
  done
done
"""

# As recipes/config/config_slurm_accounting.rb of ParallelCluster's cookbook does, so that our
# script finds the same: what is there is left alone, and failures don't count.
_BOOTSTRAP = """\
cluster=$1 administrator=$2
have() {
  local of=(cluster="$cluster" ${2:+account="$2"} ${3:+user="$3"})
  [ -n "$(sacctmgr show "$1" -Pn where "${of[@]}")" ]
}
have cluster || sacctmgr -iQ add cluster "$cluster"
have assoc pcdefault || sacctmgr -iQ add account pcdefault cluster="$cluster" \\
  description="ParallelCluster's default" organization=none
for user in slurm "$administrator"; do
  have assoc pcdefault "$user" || sacctmgr -iQ add user "$user" account=pcdefault adminlevel=admin
done
exit 0
"""


class SlurmHeadNode:
    """Slurm on one node, with all of the cluster's simulated compute nodes.

    Attributes:
        node: where it runs.
        configuration: what it is.
    """

    def __init__(self, node: Node, configuration: SlurmConfiguration) -> None:
        """The node is booted, and has its users."""
        self.node = node
        self.configuration = configuration
        self._ended: set[str] = set()

    def install(self) -> None:
        """Put everything in its place; nothing runs yet."""
        self.node.must("bash", "-euc", _INSTALL)
        self.node.write("/etc/munge/munge.key", secrets.token_bytes(128), mode=0o400, owner="munge")
        own = {"host_name": self.node.name, "address": self.node.address}
        for file in slurm_files(self.configuration, **own):
            self.node.write(file.path, file.content, mode=file.mode, owner=file.owner)
        extra = {f"{daemon.name}.service": daemon.unit for daemon in self.configuration.daemons}
        for name, text in {**UNITS, **extra}.items():
            self.node.write(f"/etc/systemd/system/{name}", text)
        # Not by `systemctl enable`, which asks Debian's scripts of old about each: seconds.
        self.node.must("bash", "-euc", _ENABLE, "enable", *daemons(self.configuration))
        self.node.must("systemctl", "daemon-reload")

    def start_all(self) -> None:
        """Start the daemons in their order, and wait until jobs can run.

        Raises:
            NodeTrouble: a daemon ended, or it takes too long.
        """
        self.start_accounting()
        self.node.must("systemctl", "start", *daemons(self.configuration))
        self.wait_until_ready()

    def start_accounting(self) -> None:
        """Start what accounting needs, if there is any, and tell it of the cluster.

        Raises:
            NodeTrouble: slurmdbd ended, or doesn't answer.
        """
        self.node.must("systemctl", "start", "munge")
        if self.configuration.database:
            cluster = self.configuration.cluster_name.lower()
            self.node.must("systemctl", "start", "slurmdbd")
            self.wait_until("slurmdbd answers", self._accounts)
            administrator = self.configuration.administrator
            self.node.must("bash", "-c", _BOOTSTRAP, "bootstrap", cluster, administrator)

    def wait_until_ready(self) -> None:
        """Wait until jobs can run, as after a reboot.

        Raises:
            NodeTrouble: a daemon ended, or it takes too long.
        """
        if self.configuration.database:
            self.wait_until("slurmdbd answers", self._accounts)
        self.wait_until("the compute nodes are up", self._nodes_are_up)

    def stop(self, daemon: str) -> None:
        """Have a daemon end in order."""
        self._ended.add(daemon)
        self.node.must("systemctl", "stop", daemon)

    def kill(self, daemon: str) -> None:
        """End a daemon at once."""
        self._ended.add(daemon)
        self.node.must("systemctl", "kill", "--signal=KILL", daemon)
        self.wait_until(f"{daemon} has ended", lambda: self._state(daemon) == "failed")

    def start(self, daemon: str) -> None:
        """Start one that was ended."""
        self.node.must("systemctl", "reset-failed", daemon)
        self.node.must("systemctl", "start", daemon)
        self._ended.discard(daemon)

    def died(self) -> list[str]:
        """What should run and doesn't, with its last words."""
        return [
            f"{daemon}: {self._state(daemon)}: {self._last_words(daemon)}"
            for daemon in daemons(self.configuration)
            if daemon not in self._ended and self._state(daemon) != "active"
        ]

    def wait_until(self, what: str, holds: Callable[[], bool]) -> None:
        """Ask again and again, no longer than four minutes; what `holds` raises ends it.

        Raises:
            NodeTrouble: it never held; with what Slurm's daemons said last.
        """
        end = time.monotonic() + PATIENCE_SECONDS
        while not holds():
            if time.monotonic() > end:
                said = self.node.run(
                    "sh", "-c", "tail --quiet --lines=5 /var/log/slurm*.log"
                ).stdout
                waited = f"after {PATIENCE_SECONDS} s not: {what}"
                raise NodeTrouble(f"{self.node.name}: {waited}: {said}")
            time.sleep(0.1)

    def _accounts(self) -> bool:
        self._must_run("slurmdbd")
        return self.node.run("sacctmgr", "show", "cluster", "-Pn").returncode == 0

    def _nodes_are_up(self) -> bool:
        self._must_run("slurmctld")
        told = self.node.run("sinfo", "--noheader", "--Node", "--format=%T")
        states = told.stdout.split()
        count = sum(len(queue.node_names) for queue in self.configuration.queues)
        return len(states) == count and set(states) <= {"idle", "mixed", "allocated", "completing"}

    def _must_run(self, daemon: str) -> None:
        if self._state(daemon) == "failed":
            raise NodeTrouble(f"{self.node.name}: {daemon} ended: {self._last_words(daemon)}")

    def _state(self, daemon: str) -> str:
        return self.node.must("systemctl", "show", "--property=ActiveState", "--value", daemon)[:-1]

    def _last_words(self, daemon: str) -> str:
        said = self.node.run("journalctl", "--unit", daemon, "--output=cat", "--lines=8").stdout
        return " | ".join(said.splitlines())
