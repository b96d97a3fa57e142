"""Have MariaDB's server on this machine: the embedded AWS's database instances are real ones.

Of Debian's packages the two that have the programs, and no service: nothing is started, now or with
the machine.
"""

import os
import shutil
import subprocess
import sys

from embedded_aws.errors import DatabaseServerMissingError
from embedded_aws.mariadb import programs

PACKAGES = ("mariadb-server-core", "mariadb-client")


def main() -> None:
    """Say nothing where it is there; install it where we may, else say what to install."""
    missing = _missing()
    if not missing:
        return
    if os.geteuid() or not shutil.which("apt-get"):
        sys.exit(f"make: {missing}")
    for command in commands():
        done = subprocess.run(
            command,
            check=False,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        )
        if done.returncode:
            sys.exit(f"make: {missing} (`{' '.join(command)}` failed)")
    if _missing():
        sys.exit(f"make: {missing} (its packages are installed, and still it isn't)")


def _missing() -> str | None:
    try:
        programs.check()
    except DatabaseServerMissingError as missing:
        return str(missing)
    return None


def commands() -> list[list[str]]:
    """What installs it, as root."""
    apt = ["apt-get", "--quiet=2", "-o", "DPkg::Lock::Timeout=120"]
    return [
        [*apt, "update"],
        [*apt, "install", "--yes", "--no-install-recommends", *PACKAGES],
    ]


if __name__ == "__main__":
    main()
