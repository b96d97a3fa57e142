"""What a program that boots nodes has on this machine, and what of that is still there later."""

import os
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

_SETTLING_SECONDS = 240


@dataclass(frozen=True, kw_only=True)
class Traces:
    """Of a program whose files are all below one directory, where nobody else's are.

    Attributes:
        directory: where its files are.
        namespaces: those of its nodes, as the kernel names them.
        groups: the control groups of its nodes.
    """

    directory: Path
    namespaces: frozenset[str]
    groups: frozenset[str]

    @classmethod
    def of(cls, directory: Path, *leaders: int) -> Self:
        """Those of the program and its nodes, given by their processes 1."""
        links = [*(link for pid in leaders for link in Path(f"/proc/{pid}/ns").iterdir())]
        own = {link.name: link.readlink() for link in Path("/proc/self/ns").iterdir()}
        return cls(
            directory=directory,
            namespaces=frozenset(
                str(link.readlink()) for link in links if link.readlink() != own[link.name]
            ),
            groups=frozenset(
                Path(f"/proc/{pid}/cgroup").read_text().rpartition(":")[2].split("/")[1]
                for pid in leaders
            ),
        )

    def left(self) -> list[str]:
        """What is still there, after some minutes at most."""
        end = time.monotonic() + _SETTLING_SECONDS
        while (found := sorted(self._there())) and time.monotonic() < end:
            time.sleep(0.5)
        return found

    def _there(self) -> Iterator[str]:
        # What goes while it is looked at is no error to `walk`.
        for place, directories, files in os.walk(self.directory):
            yield from (f"file {place}/{name}" for name in (*directories, *files))
        mark = os.fsencode(self.directory)
        for process in Path("/proc").glob("[0-9]*"):
            if int(process.name) == os.getpid():
                continue
            try:
                # A node's processes have its mounts, whatever else they say of themselves.
                for file in ("cmdline", "environ", "mountinfo"):
                    if mark in (process / file).read_bytes():
                        yield f"{file} of process {process.name}"
                names = {str(link.readlink()) for link in (process / "ns").iterdir()}
            except OSError:
                continue  # it has ended, or not even root may look
            yield from (f"namespace {name}" for name in names & self.namespaces)
        mounted = "mount -t cgroup2 cgroup2 /mnt && ls /mnt"
        command = ["unshare", "--mount", "sh", "-c", mounted]
        listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        yield from (f"control group {name}" for name in self.groups.intersection(listed))
