"""Whether head nodes are booted or played, and why they can't be booted where they can't."""

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from embedded_aws.errors import HeadNodesNotBootableError

NODE_ROOT = Path(__file__).resolve().parents[2] / "build" / "node-root"
VARIABLE = "EMBEDDED_AWS_HEAD_NODES"
_TOOLS = {
    **dict.fromkeys(("unshare", "nsenter", "setpriv"), "util-linux"),
    "ssh": "openssh-client",
}


FUSE = Path("/dev/fuse")
_LONGEST = 300


class HeadNodes(StrEnum):
    """What head nodes are; also the variable's values."""

    PLAYED = "played"
    BOOTED = "booted"


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What they are; if they are played since they can't be booted, why that is."""

    head_nodes: HeadNodes
    why: str | None = None


def choose(directory: Path | None = None) -> Choice:
    """Booted where it can, unless the environment says otherwise.

    Args:
        directory: where its state will be, whether it is there or not; else the temporary one.

    Raises:
        HeadNodesNotBootableError: the environment says booted, and it can't.
    """
    wanted = os.environ.get(VARIABLE)
    if wanted == HeadNodes.PLAYED:
        return Choice(head_nodes=HeadNodes.PLAYED, why=f"{VARIABLE} is {wanted}")
    why = why_not(directory=directory)
    if wanted and (wanted != HeadNodes.BOOTED or why):
        raise HeadNodesNotBootableError(VARIABLE, wanted, [*HeadNodes], why)
    return Choice(head_nodes=HeadNodes.PLAYED if why else HeadNodes.BOOTED, why=why)


def why_not(root: Path = NODE_ROOT, *, directory: Path | None = None) -> str | None:
    """Why no node boots here, and what to do, as half a sentence; None if it does."""
    if sys.platform != "linux":
        return "booting nodes needs Linux"
    if os.geteuid() != 0:
        return "booting nodes needs root: sudo make …"
    missing = sorted({package for tool, package in _TOOLS.items() if not shutil.which(tool)})
    if missing:
        return f"booting nodes needs {', '.join(missing)}: install it"
    if not root.is_dir():
        return "the nodes' root file system isn't there: make node-root"
    place = (directory or Path(tempfile.gettempdir())).resolve()
    return _why_no_mounts(next(each for each in (place, *place.parents) if each.is_dir()))


@cache
def _why_no_mounts(directory: Path) -> str | None:
    """Tries what each node does, in a mount namespace of its own, with which it goes."""
    if not FUSE.exists():
        return f"booting nodes needs {FUSE}: modprobe fuse, or give it to the container"
    try:
        with tempfile.TemporaryDirectory(prefix=".overlay-", dir=directory) as tried:
            said = _try_overlay(tried)
    except OSError as error:
        said = str(error)
    if not said:
        return None
    return f"booting nodes needs mount namespaces with overlays in {directory}: {said[:_LONGEST]}"


def _try_overlay(directory: str) -> str:
    """What is said against it; "" if nothing is."""
    mount = 'mkdir l u w m && mount -t overlay overlay m -o "lowerdir=l,upperdir=u,workdir=w"'
    command = ["unshare", "--mount", "sh", "-c", mount]
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)
    said = " ".join(done.stderr.split())
    return (said or f"unshare ended with {done.returncode}") if done.returncode else ""
