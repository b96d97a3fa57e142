"""Install Debian packages, as root: beside an apt at work, and past a moment's outage."""

import os
import subprocess
from collections.abc import Sequence

# Source: apt.conf(5), DPkg::Lock::Timeout (seconds) and Acquire::Retries.
_PATIENT = ("-o", "DPkg::Lock::Timeout=120", "-o", "Acquire::Retries=3")


def install(packages: Sequence[str]) -> str | None:
    """Install them, and nothing that is only recommended; the command that failed, if one did."""
    apt = ["apt-get", "--quiet=2", *_PATIENT]
    for command in (
        [*apt, "update"],
        [*apt, "install", "--yes", "--no-install-recommends", *packages],
    ):
        done = subprocess.run(
            command,
            check=False,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        )
        if done.returncode:
            return " ".join(command)
    return None
