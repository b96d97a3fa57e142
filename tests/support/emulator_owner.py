"""A process that starts an embedded AWS and waits to be killed, and what is left of both."""

import subprocess
import sys
from pathlib import Path

from embedded_aws import processes

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 120
OWNER = """
import sys, time
from pathlib import Path
from embedded_aws import lifecycle
from embedded_aws.head_nodes.choice import HeadNodes

head_nodes = HeadNodes.BOOTED if "booted" in sys.argv else HeadNodes.PLAYED
emulator = lifecycle.start(Path(sys.argv[1]), int(sys.argv[2]), head_nodes=head_nodes)
if "release" in sys.argv:
    emulator.release()
print("started", flush=True)
time.sleep(600)
"""


def own(state: Path, port: int, *more: str) -> "subprocess.Popen[str]":
    """Begin to start one; it says `started`.

    With `release` it lets it live on; with `booted` its head nodes are.
    """
    return subprocess.Popen(
        [sys.executable, "-c", OWNER, str(state), str(port), *more],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def all_gone(state: Path) -> bool:
    """Whether all processes of the state end, before any of the tests' would by itself."""
    return processes.wait_until_gone(pid=None, state=state, seconds=PATIENCE_SECONDS)
