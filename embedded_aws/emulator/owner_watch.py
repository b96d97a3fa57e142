"""End the emulator, with all its functions, when the process that it was started for is gone."""

import os
import shutil
import signal
import threading
import time
from pathlib import Path

from embedded_aws import processes

POLL_SECONDS = 0.25


def start(*, owner_pid: int, released_by: Path | None) -> None:
    """Watch the owner in a thread, until the file `released_by` is there."""
    watch = threading.Thread(
        target=_watch, args=(owner_pid, processes.started_at(owner_pid), released_by), daemon=True
    )
    watch.start()


def _watch(owner_pid: int, owner_started_at: str | None, released_by: Path | None) -> None:
    # A recycled pid is another process: compare when it began.
    while owner_started_at is not None and processes.started_at(owner_pid) == owner_started_at:
        time.sleep(POLL_SECONDS)
    # The owner's end comes after its release, if there was one.
    if released_by is None or not released_by.exists():
        _end_everything()


def _end_everything() -> None:
    state = os.environ.get(processes.MARKER)
    if state:
        processes.kill_all(group=None, state=Path(state), spare=os.getpid())
        shutil.rmtree(state, ignore_errors=True)
    # The emulator leads a group of its own (see lifecycle); anybody else's is left alone.
    if os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)
