"""`make up` that is interrupted while it deploys: nothing goes on, nothing is left."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from embedded_aws.head_nodes.choice import VARIABLE, HeadNodes
from embedded_aws.lifecycle import ROOT
from embedded_aws.ports import free_port

PATIENCE_SECONDS = 120


def at_work(state: Path) -> dict[int, str]:
    """The processes that are told of a path below the state, marked or not; their commands."""
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if os.fsencode(state) in (process / "environ").read_bytes():
                found[int(process.name)] = (process / "cmdline").read_text().replace("\0", " ")
    return found


def stop_synthesis(state: Path) -> None:
    """Stop the application once the CDK CLI has begun it: it won't end by itself meanwhile."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (begun := [pid for pid, command in at_work(state).items() if " app.py" in command]):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    for pid in begun:
        os.kill(pid, signal.SIGSTOP)


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGKILL])
def test_what_the_cdk_cli_has_begun_ends_with_it(state: Path, by: signal.Signals) -> None:
    starter = subprocess.Popen(
        [
            *(sys.executable, "-m", "embedded_aws", "up"),
            *("--state", str(state), "--port", str(free_port())),
        ],
        cwd=ROOT,
        env={**os.environ, VARIABLE: HeadNodes.PLAYED},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        stop_synthesis(state)

        starter.send_signal(by)

        starter.wait(PATIENCE_SECONDS)
        # Who is killed ends nothing: the emulator does, when it sees that.
        deadline = time.monotonic() + (PATIENCE_SECONDS if by == signal.SIGKILL else 0)
        while (left := at_work(state)) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert left == {}
        assert not state.exists()
    finally:
        starter.kill()
        for pid in at_work(state):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
