"""The paths of a project's data, and who may do what there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .wishes import DATA_GROUP, DATA_GROUP_ID, SIM, SIM_ID

DATA = Path("/obi/data")
LINK = Path("/sbo/data")
PROJECT_DIRECTORY = Path("/sbo/home")
"""The project's directory of EFS: an access point, whose root ParallelCluster mounts here."""

OWN = PROJECT_DIRECTORY / "data"
"""Root's, in the project's directory: what users can't rename, since it isn't theirs."""


@dataclass(frozen=True)
class Access:
    """Who reads what only root writes: a group and its number, and the mode of directories."""

    group: str
    group_id: int
    mode: int


READ_ONLY = ("project/public", "project/private", "containers")
OF_LUSTRE = (*READ_ONLY, "project", "scratch")

_EVERYBODY = Access("root", 0, 0o755)
_PROJECT = Access(DATA_GROUP, DATA_GROUP_ID, 0o750)
# Other projects' scratch: nobody but their `sim` reads that on their own clusters.
_SIM_ALONE = Access(SIM, SIM_ID, 0o750)
_ACCESS = {"project/public": _EVERYBODY, "containers": _EVERYBODY, "benchmark": _SIM_ALONE}


def access_of(path: str) -> Access:
    """Who reads this path below `/obi/data`: the project, unless it is said otherwise."""
    return _ACCESS.get(path, _PROJECT)
