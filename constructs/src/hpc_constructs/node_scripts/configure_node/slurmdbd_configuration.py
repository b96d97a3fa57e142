"""slurmdbd.conf, which ParallelCluster makes only where there is none, so what we write stays."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from .failure import NodeFailure
from .whole_files import write_whole

FILE = Path("/opt/slurm/etc/slurmdbd.conf")


def have_settings(settings: Mapping[str, str]) -> bool:
    """Have these in it, each once, and say whether that changed it.

    What is in the file is nobody's to read but Slurm's.

    Raises:
        NodeFailure: there is no such file.
    """
    try:
        lines = FILE.read_text().splitlines()
    except FileNotFoundError:
        raise NodeFailure(
            f"{FILE} isn't there: ParallelCluster makes it if the cluster's configuration has"
            " SlurmSettings/Database"
        ) from None
    wanted = [f"{name}={value}" for name, value in settings.items()]
    names = {name.lower() for name in settings}
    others = [line for line in lines if line.partition("=")[0].strip().lower() not in names]
    if sorted([*wanted, *others]) == sorted(lines):
        return False
    return write_whole(FILE, "\n".join([*wanted, *others, ""]).encode(), 0o600, FILE.owner())
