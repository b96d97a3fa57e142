"""Buckets at paths of the node, read only, by Mountpoint for Amazon S3.

A service mounts each, with the node's role, and systemd starts it at each boot. Source: the manual
of Mountpoint for Amazon S3, "Configuration".
"""

from __future__ import annotations

from .data_paths import DATA, access_of
from .units import mount_by_unit, unit_name
from .wishes import S3Mount

PROGRAM = "/usr/bin/mount-s3"

# mount-s3 goes into the background when it has mounted. umount afterwards also when it died: what a
# dead one leaves can't be mounted over. slurmd waits, so that no job runs before its data is there.
# Where /obi/data is Lustre, that is mounted first, or it would hide this.
_UNIT = """\
[Unit]
Description=s3://{bucket}/{prefix} at {path}, read only
Wants=network-online.target
After=network-online.target
RequiresMountsFor={data}
Before=slurmd.service
StartLimitIntervalSec=0

[Service]
Type=forking
ExecStart={program} --read-only --allow-other {options} {bucket} {path}
ExecStopPost=-/usr/bin/umount --lazy --quiet {path}
Restart=on-failure
RestartSec=10

[Install]
WantedBy=multi-user.target
"""


def mount_bucket(mount: S3Mount) -> None:
    """Mount it; what is mounted is root's, and its group and modes are `data_paths`'s."""
    path = DATA / mount.path
    access = access_of(mount.path)
    options = [
        *("--uid", "0", "--gid", str(access.group_id)),
        *("--dir-mode", f"{access.mode:04o}", "--file-mode", f"{access.mode & 0o666:04o}"),
        *(("--prefix", mount.prefix) if mount.prefix else ()),
    ]
    text = _UNIT.format(
        bucket=mount.bucket,
        prefix=mount.prefix,
        path=path,
        data=DATA,
        program=PROGRAM,
        options=" ".join(options),
    )
    mount_by_unit(unit_name(path, "service"), text, path)
