"""A node to try scripts on: a root file system with systemd as its process 1, seen by nobody else.

It has namespaces of its own for mounts, processes, network, host name and control groups. When its
process 1 ends, the kernel ends all its processes and mounts with it; and process 1 ends with the
thread that booted it, however that ends. What it wrote stays over a reboot and goes with the node.

It needs root. `tools/node_root.py` makes the root file system.
"""

import os
import select
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from embedded_aws.laboratory.entering import entered
from embedded_aws.laboratory.network_namespace import Bridge, Endpoint
from embedded_aws.laboratory.swept_directory import SweptDirectory

_BOOT = Path(__file__).resolve().parent / "node_boot.sh"
_ADDRESS = "192.0.2.1"
# A node boots in a second or two, but not on a machine where all boots at once.
PATIENCE_SECONDS = 240

Done = subprocess.CompletedProcess[str]


class NodeTrouble(Exception):
    """The node didn't boot, or a command that must succeed on it didn't."""


class Node:
    """One node; use it in a `with`.

    Attributes:
        name: its host name.
        address: its own, in a network where nobody else is.
        shared: a directory of this machine that all nodes which are given it see at `/lab`.
    """

    def __init__(
        self,
        name: str,
        *,
        root: Path,
        shared: Path,
        address: str = _ADDRESS,
        more_addresses: tuple[str, ...] = (),
    ) -> None:
        """Make it ready to boot; `root` is read only."""
        self.name = name
        self.address = address
        self._more_addresses = more_addresses
        self.shared = shared
        self._root = root
        self._swept = SweptDirectory(f"node-{name}-", group=f"{name}.{os.getpid()}.*")
        self._bridges: list[Bridge] = []
        self._process: subprocess.Popen[bytes] | None = None

    def see(self, host: str, port: int, at: Endpoint) -> None:
        """Have the node's programs reach `at` by this name and port, from its next boot on."""
        own = Endpoint(port=port, process=self.process_1)
        if host != own.host:
            with (self._swept.path / "hosts").open("a") as hosts:
                hosts.write(f"{own.host} {host}\n")
        self._bridges.append(Bridge(seen_at=own, leads_to=at))

    def bind(self, directory: Path, path: str) -> None:
        """Have a directory of this machine at a path of the node, from its next boot on."""
        with (self._swept.path / "binds").open("a") as binds:
            binds.write(f"{directory.resolve()}\t{path}\n")

    def __enter__(self) -> Self:
        """Boot it."""
        try:
            self.boot()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End all that runs on it, and forget what it wrote."""
        self._end()

    def boot(self) -> None:
        """Start it, and wait until systemd has started all that it starts at boot."""
        command = ["setpriv", "--pdeathsig", "KILL", "unshare", "--mount", str(_BOOT), "outside"]
        directory, group = self._swept.path, self._swept.group
        places = [directory, self._root.resolve(), self.shared, group, self.address]
        more = self._more_addresses
        with self._console.open("ab") as console:
            self._process = subprocess.Popen(
                [*command, *map(str, places), *more],
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=console,
                start_new_session=True,
            )
        bridged = False
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end and self._process.poll() is None:
            if self.process_1():
                if not bridged:
                    # Before systemd has started what looks for them.
                    for bridge in self._bridges:
                        bridge.open()
                    bridged = True
                state = self.run("systemctl", "is-system-running").stdout.strip()
                if state in ("running", "degraded"):
                    return
            time.sleep(0.05)
        raise NodeTrouble(f"{self.name} didn't boot: {self._console.read_text()[-2000:]}")

    def reboot(self) -> None:
        """Shut it down in order, and boot it again."""
        self.run("systemctl", "poweroff")
        if self._process is not None:
            try:
                self._process.wait(PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                raise NodeTrouble(f"{self.name} doesn't shut down") from None
        self.boot()

    def lose_power(self) -> None:
        """End it at once, with no shutdown; `boot` starts it again."""
        if self._process is None:
            return
        # Not the number, which may be another's by then: process 1 ends when all others have.
        watched = _opened(self.process_1())
        self._process.kill()
        self._process.wait(PATIENCE_SECONDS)
        if watched is not None:
            select.select([watched], [], [], PATIENCE_SECONDS)
            os.close(watched)

    def run(
        self,
        *command: str,
        user: str = "root",
        given: str | None = None,
        environment: Mapping[str, str] | None = None,
        seconds: float = PATIENCE_SECONDS,
    ) -> Done:
        """Run a command on it as `user`, with all of the user's groups, and wait for its output.

        Raises:
            subprocess.TimeoutExpired: it takes longer than `seconds`.
        """
        return subprocess.run(
            entered(self.process_1(), *command, user=user, environment=environment),
            input=given,
            stdin=subprocess.DEVNULL if given is None else None,
            capture_output=True,
            text=True,
            check=False,
            timeout=seconds,
        )

    def must(self, *command: str, user: str = "root", given: str | None = None) -> str:
        """Run a command that has to succeed, and give its output."""
        done = self.run(*command, user=user, given=given)
        if done.returncode:
            raise NodeTrouble(f"{' '.join(command)}: {done.returncode} {done.stdout}{done.stderr}")
        return done.stdout

    def write(
        self, path: str, content: str | bytes, *, mode: int = 0o644, owner: str = "root"
    ) -> None:
        """Write a file, and the directories above it, which are root's."""
        kept = self.shared / f".{os.getpid()}-handed-over"
        kept.touch(mode=0o600)  # it may be a secret
        kept.write_bytes(content.encode() if isinstance(content, str) else content)
        try:
            owned = ("-o", owner, "-g", owner, "-m", f"{mode:o}")
            self.must("install", "-D", *owned, f"/lab/{kept.name}", path)
        finally:
            kept.unlink()

    def read(self, path: str) -> str:
        """A file's text."""
        return self.must("cat", path)

    def process_1(self) -> int:
        """Process 1 of the node, by its number on this machine; 0 if it isn't there yet."""
        if self._process is None or self._process.poll() is not None:
            return 0
        number = self._process.pid
        try:
            children = Path(f"/proc/{number}/task/{number}/children").read_text().split()
            if len(children) != 1:
                return 0
            command = Path(f"/proc/{children[0]}/comm").read_text().strip()
        except (FileNotFoundError, ProcessLookupError):
            return 0  # it has ended meanwhile: node_boot.sh runs short ones before
        return int(children[0]) if command == "systemd" else 0

    @property
    def _console(self) -> Path:
        return self._swept.path / "console"

    def _end(self) -> None:
        for bridge in self._bridges:
            bridge.close()
        self.lose_power()
        self._swept.close()


def _opened(process: int) -> int | None:
    """A descriptor of a process; None if it has ended, or is none."""
    try:
        return os.pidfd_open(process) if process else None
    except ProcessLookupError:
        return None
