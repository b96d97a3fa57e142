"""mount-s3 itself: the image has it, or the packages that came with these scripts do."""

from __future__ import annotations

import os
import tempfile
from importlib import resources
from pathlib import Path

from .commands import run
from .failure import NodeFailure
from .s3_mounts import PROGRAM


def have_mount_s3() -> None:
    """Install mount-s3 if it isn't there; no repository is asked, for a node has no internet.

    Raises:
        NodeFailure: it isn't there, and can't be installed.
    """
    if os.access(PROGRAM, os.X_OK):
        return
    packages = resources.files(__package__).joinpath("packages")
    with tempfile.TemporaryDirectory() as directory:
        files = []
        for package in packages.iterdir() if packages.is_dir() else ():
            file = Path(directory) / package.name
            file.write_bytes(package.read_bytes())
            files.append(str(file))
        if not files:
            raise NodeFailure(
                f"{PROGRAM} isn't there: use an image that has mount-s3, or name its packages in"
                " the settings (storage.node_packages)"
            )
        run("dnf", "--quiet", "--assumeyes", "--disablerepo=*", "install", *sorted(files))
    if not os.access(PROGRAM, os.X_OK):
        raise NodeFailure(f"{PROGRAM} isn't in the packages of storage.node_packages")
