"""What there is of a head node that has booted, to be looked for when it has ended."""

import re
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from embedded_aws import processes
from embedded_aws.head_nodes import records
from embedded_aws.head_nodes.records import RunningHeadNode
from embedded_aws.laboratory.node import Done

# A node comes in seconds, but not where all boots at once: how soon is no test.
PATIENCE_SECONDS = 240


@dataclass(frozen=True, kw_only=True)
class BootedNode:
    """A head node, and what it consists of on this machine.

    Attributes:
        state: of its embedded AWS.
        record: as people find it.
        network: its network namespace, by the kernel's name for it.
        group: its control group.
        directories: what it writes to.
    """

    state: Path
    record: RunningHeadNode
    network: str
    group: str
    directories: tuple[Path, ...]

    @classmethod
    def up(cls, state: Path, cluster: str, seconds: float = PATIENCE_SECONDS) -> Self:
        """The one of a cluster, once it has booted."""
        wait_until(lambda: records.find(state, cluster) is not None, seconds)
        record = records.find(state, cluster)
        assert record is not None
        process = Path(f"/proc/{record.leader}")
        shown = (process / "cgroup").read_text().splitlines()
        group = next(line for line in shown if line.startswith("0::")).removeprefix("0::/")
        return cls(
            state=state,
            record=record,
            network=str((process / "ns" / "net").readlink()),
            group=group.partition("/")[0],
            directories=_directories_of(process),
        )

    def run(self, *command: str, user: str = "root") -> Done:
        """Run a command on it, in the user's home."""
        entered = self.record.entered(*command, user=user)
        return subprocess.run(
            entered, capture_output=True, text=True, check=False, timeout=2 * PATIENCE_SECONDS
        )

    def must(self, *command: str, user: str = "root") -> str:
        """Run a command that has to succeed, and give its output."""
        done = self.run(*command, user=user)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def left(self) -> list[str]:
        """What of it is still there, after a while."""
        end = time.monotonic() + PATIENCE_SECONDS
        while (left := self.left_now()) and time.monotonic() < end:
            time.sleep(0.2)
        return left

    def left_now(self) -> list[str]:
        """What of it is still there."""
        mounts = Path("/proc/self/mountinfo").read_text()
        return [
            *(f"process {number} in its network" for number in _in_network(self.network)),
            *(f"directory {path}" for path in self.directories if path.exists()),
            *([f"control group {self.group}"] if self.group in _control_groups() else []),
            *(["its file"] if self._told() else []),
            *(line for line in mounts.splitlines() if str(self.state) in line),
        ]

    def _told(self) -> bool:
        return records.told(self.state, self.record.cluster) == self.record


def processes_left(state: Path) -> set[int]:
    """Those of an embedded AWS and of what sweeps after it, after a while."""
    end = time.monotonic() + PATIENCE_SECONDS
    while left := processes.of_state(state) | processes.of_state(state, processes.SWEEPER):
        if time.monotonic() > end:
            break
        time.sleep(0.2)
    return left


def wait_until(holds: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> None:
    """Wait until it does."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.1)


def nodes_directories(state: Path) -> list[Path]:
    """Those of all head nodes of an embedded AWS."""
    return [path for kind in ("node-*", "head-node-*") for path in (state / "tmp").glob(kind)]


def _directories_of(process: Path) -> tuple[Path, ...]:
    """What is below a node's root, and what it shares. Source: proc_pid_mountinfo(5)."""
    mounts = (process / "mountinfo").read_text()
    written = re.search(r"upperdir=([^,\s]+)", mounts)
    shared = re.search(r" (\S+/head-node-shared-\S+) /lab ", mounts)
    assert written is not None
    assert shared is not None
    return Path(written[1]).parent, Path(shared[1])


def _in_network(namespace: str) -> list[str]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if str((process / "ns" / "net").readlink()) == namespace:
                found.append(process.name)
        except OSError:
            continue  # it has ended meanwhile
    return found


def _control_groups() -> list[str]:
    listed = "mount -t cgroup2 cgroup2 /mnt && ls /mnt"
    command = ["unshare", "--mount", "sh", "-c", listed]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
