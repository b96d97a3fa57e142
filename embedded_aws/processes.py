"""Find and end the processes of an embedded AWS; used in both environments, so stdlib only."""

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

# Every process of an embedded AWS has this in its environment: functions and their children too,
# and what deploys onto it.
MARKER = "EMBEDDED_AWS_STATE"
# What removes the remains of those when they have ended has this instead, and isn't ended.
SWEEPER = "EMBEDDED_AWS_SWEEPS"
SWEEP_SECONDS = 30
KILL_SECONDS = 5
PROC = Path("/proc")


def started_at(pid: int) -> str | None:
    """When the process began, as text to compare; None if there is none (or only a zombie)."""
    stat = PROC / str(pid) / "stat"
    if PROC.is_dir():
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            return None
        return None if fields[0] == "Z" else fields[19]
    found = subprocess.run(  # macOS: no /proc
        ["/bin/ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return found.stdout.strip() or None


def of_state(state: Path, mark: str = MARKER) -> set[int]:
    """The processes whose environment names this state directory; none where there is no /proc."""
    wanted = f"{mark}={state}".encode()
    found = set()
    for entry in PROC.glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if wanted in (entry / "environ").read_bytes().split(b"\0"):
                found.add(int(entry.name))
    return found


def kill_all(*, group: int | None, state: Path, spare: int | None = None) -> None:
    """SIGKILL the emulator's process group and whatever else bears the mark of its state.

    What removes their remains is waited for.
    """
    if group is not None and group != os.getpgrp():
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)
    deadline = time.monotonic() + KILL_SECONDS
    # Until there is none: one that is killed may have begun another in that moment.
    while (marked := of_state(state) - {spare}) and time.monotonic() < deadline:
        for pid in marked:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.01)
    deadline = time.monotonic() + SWEEP_SECONDS
    while of_state(state, SWEEPER) and time.monotonic() < deadline:
        time.sleep(0.05)


def sweepers_environment() -> dict[str, str]:
    """The environment of a process that removes what this one leaves, and so outlives it."""
    kept = {name: os.environ[name] for name in ("PATH",) if name in os.environ}
    return {**kept, **({SWEEPER: os.environ[MARKER]} if MARKER in os.environ else {})}


def wait_until_gone(*, pid: int | None, state: Path, seconds: float) -> bool:
    """Whether the process and all that bear the mark of the state ended within the time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        candidates = of_state(state) | ({pid} if pid else set())
        if not any(started_at(each) for each in candidates - {os.getpid()}):
            return True
        time.sleep(0.05)
    return False
