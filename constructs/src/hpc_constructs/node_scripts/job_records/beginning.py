"""When this cluster began: jobs that were submitted before are those of a former one of its name.

It is kept on the head node's disk, as is which runs are recorded; so it comes and goes with the
numbers that Slurm gives to jobs, which slurmctld keeps there too.
"""

from __future__ import annotations

import time
from pathlib import Path

from .settings import Settings


def begin(settings: Settings) -> None:
    """Keep that it begins now, before slurmctld takes jobs; nothing where it has begun."""
    if beginning(settings) is None:
        file = _file(settings)
        new = file.with_name(f"{file.name}.new")
        new.write_text(f"{int(time.time())}\n")
        new.replace(file)


def beginning(settings: Settings) -> int | None:
    """In seconds since 1970; None if nobody kept it."""
    try:
        kept = _file(settings).read_text().strip()
    except FileNotFoundError:
        return None
    return int(kept) if kept.isascii() and kept.isdigit() else None


def _file(settings: Settings) -> Path:
    return Path(settings.kept) / "began"
