"""The programs of MariaDB's server, and whom they run as."""

import os
import pwd
import shutil
import stat
from pathlib import Path

from embedded_aws.errors import DatabaseServerMissingError
from embedded_aws.processes import MARKER

SERVER, CLIENT, MAKE_DATA = "mariadbd", "mariadb", "mariadb-install-db"
# What a restore copies a schema with (docs/operations.md).
DUMP = "mariadb-dump"
# Debian's place of servers is not on everybody's PATH.
MORE_PLACES = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin")
# Whom Debian's package makes, and whom every system has.
UNPRIVILEGED = ("mysql", "nobody")


def check() -> None:
    """Raise DatabaseServerMissingError where one of them isn't installed."""
    for needed in (SERVER, CLIENT, MAKE_DATA, DUMP):
        program(needed)


def program(name: str) -> Path:
    """The program of that name; DatabaseServerMissingError says what to install."""
    found = shutil.which(name) or shutil.which(name, path=os.pathsep.join(MORE_PLACES))
    if found is None:
        raise DatabaseServerMissingError(name)
    return Path(found)


def environment() -> dict[str, str]:
    """Nothing of the caller's, which may hold secrets, but how programs are found and marked."""
    return {name: os.environ[name] for name in ("PATH", MARKER) if name in os.environ}


def account() -> str:
    """Who we are, by name."""
    return pwd.getpwuid(os.geteuid()).pw_name


def user_for(directory: Path) -> str:
    """Whom root starts the server as; "" where it isn't root who does."""
    if os.geteuid():
        return ""
    known = {entry.pw_name for entry in pwd.getpwall()}
    closed = [above for above in directory.parents if above.exists() and not _is_open(above)]
    return "root" if closed else next(name for name in UNPRIVILEGED if name in known)


def _is_open(directory: Path) -> bool:
    return bool(directory.stat().st_mode & stat.S_IXOTH)
