"""Our line, where ParallelCluster's head node looks for the reason of a failed bootstrap.

ParallelCluster's custom_action_executor.py drops what a script said when it failed on a head node,
and writes only that it failed, into `bootstrap_error_msg`, after the script has ended. The head
node's user data waits 10 seconds, then signals what is in that file to CloudFormation, where it
becomes the reason of the failed WaitCondition. So a process that outlives the script waits for the
file and puts our line in front. (On a compute node the file is JSON, with our line in it already.)
"""

from __future__ import annotations

import os
import time
from pathlib import Path

FILE = Path("/var/log/parallelcluster/bootstrap_error_msg")
_PARALLELCLUSTERS_WORDS = "fetch_and_run - Failed to"
_SECONDS, _PAUSE_SECONDS = 30, 0.1


def tell_afterwards(line: str) -> None:
    """Begin a process that puts `line` in front of what ParallelCluster is about to write."""
    if not FILE.parent.is_dir():
        return
    before = _changed(FILE)
    if os.fork():
        return
    try:
        os.setsid()
        # ParallelCluster reads the script's output to its end: that is not when this process ends.
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):
            os.dup2(nowhere, stream)
        os.closerange(3, 256)
        _wait_and_tell(line, before)
    finally:
        os._exit(0)


def _wait_and_tell(line: str, before: int | None) -> None:
    end = time.monotonic() + _SECONDS
    while time.monotonic() < end:
        if _changed(FILE) != before:
            told = _read(FILE)
            if told.startswith(_PARALLELCLUSTERS_WORDS) and told.endswith("\n"):
                new = FILE.with_name("bootstrap_error_msg.new")
                new.write_text(f"{line} ({told.rstrip()})\n")
                new.replace(FILE)
                return
        time.sleep(_PAUSE_SECONDS)


def _changed(file: Path) -> int | None:
    try:
        return file.stat().st_mtime_ns
    except FileNotFoundError:  # who writes it anew may have removed it for a moment
        return None


def _read(file: Path) -> str:
    try:
        return file.read_text()
    except FileNotFoundError:  # the same
        return ""
