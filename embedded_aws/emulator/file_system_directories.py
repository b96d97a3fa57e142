"""The directory that is a file system of EFS or FSx: nodes mount it, and it goes with that.

`tmp/file-systems/<file system id>` below the emulator's state directory. They are closed to all
but the emulator's user; what is in them belongs to whom the nodes say, where the emulator is root.
"""

import os
import shutil
from contextlib import suppress
from pathlib import Path

from embedded_aws.emulator_environment import Places
from embedded_aws.processes import MARKER

_ARRIVING = ".arriving"
_GONE = ".gone"


def directory(file_system_id: str) -> Path:
    """Give a file system's own, whether it is there or not."""
    place = Places(Path(os.environ[MARKER])).file_systems
    place.mkdir(mode=0o700, exist_ok=True)
    return place / file_system_id


def make(file_system_id: str) -> Path:
    """Give it, made if it isn't there."""
    made = directory(file_system_id)
    made.mkdir(mode=0o755, exist_ok=True)
    return made


def remove(file_system_id: str) -> None:
    """Lose what is on the file system. A node that has it mounted still sees an empty directory.

    It loses its name first: a node that still ends, a second after EC2 calls it terminated, may
    write meanwhile. What it leaves by that goes with the state directory.
    """
    gone = directory(f"{_GONE}-{file_system_id}")
    with suppress(FileNotFoundError):
        directory(file_system_id).rename(gone)
        shutil.rmtree(gone, ignore_errors=True)


def arriving() -> Path:
    """Where a file is written before it takes its place, on the same disk."""
    made = directory(_ARRIVING)
    made.mkdir(mode=0o700, exist_ok=True)
    return made
