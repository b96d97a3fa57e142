"""Step: `CLUSTER_NAME` in everybody's environment, by pam_env."""

from __future__ import annotations

from pathlib import Path

from .whole_files import write_whole
from .wishes import Wishes

_FILE = Path("/etc/environment")


def name_cluster(wishes: Wishes) -> None:
    """Write the name in place of any other."""
    lines = _FILE.read_text().splitlines() if _FILE.exists() else []
    others = [line for line in lines if not line.startswith("CLUSTER_NAME=")]
    text = "\n".join([*others, f"CLUSTER_NAME={wishes.cluster_name}", ""])
    write_whole(_FILE, text.encode(), 0o644)
