"""Have MariaDB's server on this machine: the embedded AWS's database instances are real ones.

Of Debian's packages the two that have the programs, and no service: nothing is started, now or with
the machine.
"""

import os
import shutil
import sys

from embedded_aws.errors import DatabaseServerMissingError
from embedded_aws.mariadb import programs
from tools import debian_packages

PACKAGES = ("mariadb-server-core", "mariadb-client")


def main() -> None:
    """Say nothing where it is there; install it where we may, else say what to install."""
    missing = _missing()
    if not missing:
        return
    if os.geteuid() or not shutil.which("apt-get"):
        sys.exit(f"make: {missing}")
    if failed := debian_packages.install(PACKAGES):
        sys.exit(f"make: {missing} (`{failed}` failed)")
    if _missing():
        sys.exit(f"make: {missing} (its packages are installed, and still it isn't)")


def _missing() -> str | None:
    try:
        programs.check()
    except DatabaseServerMissingError as missing:
        return str(missing)
    return None


if __name__ == "__main__":
    main()
