"""Step: `/obi/data`, on Lustre or put together from EFS and S3, and `/sbo/home`.

ParallelCluster has mounted Lustre and EFS before, and left their roots writable for everybody.
"""

from __future__ import annotations

from pathlib import Path

from .data_paths import DATA, LINK, OWN, PROJECT_DIRECTORY, READ_ONLY, access_of
from .directories import make_directory, make_link
from .failure import NodeFailure
from .mount_s3_package import have_mount_s3
from .mount_table import is_mounted
from .s3_mounts import mount_bucket
from .units import mount_by_unit, unit_name
from .wishes import DATA_GROUP, SIM, Wishes

# systemd orders it after the mount of /sbo/home, since it needs that path.
_SCRATCH = f"""\
[Unit]
Description=The project's scratch directory on EFS at {DATA}/scratch
Before=slurmd.service

[Mount]
What={OWN}/scratch
Where={DATA}/scratch
Type=none
Options=bind,_netdev

[Install]
WantedBy=remote-fs.target
"""


def make_project_directory(wishes: Wishes) -> None:
    """Give `/sbo/home` to the project's users: each keeps what is its own, and `data` is root's.

    The directory outlives the cluster, so `data` is made with Lustre too: else a user could have
    something of that name there, and no cluster without Lustre would come up any more.

    Raises:
        NodeFailure: it isn't mounted.
    """
    _need_mount(PROJECT_DIRECTORY, "EFS")
    if wishes.is_head:
        make_directory(PROJECT_DIRECTORY, "root", DATA_GROUP, 0o1770)
        make_directory(OWN, "root", "root", 0o755)


def make_data(wishes: Wishes) -> None:
    """Make `/obi/data` and the link `/sbo/data`.

    Raises:
        NodeFailure: something isn't mounted, or can't be.
    """
    DATA.mkdir(parents=True, exist_ok=True)
    if wishes.lustre:
        _need_mount(DATA, "Lustre")
        if wishes.is_head:
            _make_read_only_directories(wishes)
            make_directory(DATA / "scratch", SIM, SIM, 0o700)
    else:
        _put_together(wishes)
    if wishes.s3_mounts:
        have_mount_s3()
    for mount in wishes.s3_mounts:
        mount_bucket(mount)
    make_link(LINK, DATA)


def _put_together(wishes: Wishes) -> None:
    if wishes.is_head:
        make_directory(OWN / "scratch", SIM, SIM, 0o700)
    _make_read_only_directories(wishes)
    if not is_mounted(DATA / "scratch"):
        # Nobody writes here while EFS isn't mounted: it would fill the node's own disk.
        make_directory(DATA / "scratch", "root", "root", 0o700)
    mount_by_unit(unit_name(DATA / "scratch", "mount"), _SCRATCH, DATA / "scratch")


def _make_read_only_directories(wishes: Wishes) -> None:
    """The mount points, on Lustre the roots of its data repository associations."""
    make_directory(DATA, "root", "root", 0o755)
    make_directory(DATA / "project", "root", "root", 0o755)
    for path in dict.fromkeys((*READ_ONLY, *(mount.path for mount in wishes.s3_mounts))):
        if not is_mounted(DATA / path):
            access = access_of(path)
            (DATA / path).parent.mkdir(parents=True, exist_ok=True)
            make_directory(DATA / path, "root", access.group, access.mode)


def _need_mount(path: Path, what: str) -> None:
    if not is_mounted(path):
        raise NodeFailure(f"{path} isn't mounted; ParallelCluster mounts {what} there before")
