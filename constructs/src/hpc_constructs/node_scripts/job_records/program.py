"""`job_records collect|ship|drain|check`: what systemd runs on the head node, and an operator may.

Each verb takes the settings' file as an option. `collect` and `ship` run until they are told to end
and then do what is left, within a bounded time; `drain` waits until nothing is left to send.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from .collecting import collect
from .outbox import Outbox
from .settings import SETTINGS_FILE, RecordsFailure, Settings, read_settings
from .spool import Spool

DRAIN_SECONDS = 60


def run(arguments: Sequence[str]) -> int:
    """Do what the arguments ask for, and give the exit code; what fails is one line."""
    parser = argparse.ArgumentParser(prog="job_records", allow_abbrev=False)
    parser.add_argument("verb", choices=("collect", "ship", "drain", "check"))
    parser.add_argument("--settings", type=Path, default=SETTINGS_FILE)
    parser.add_argument("--seconds", type=float, default=DRAIN_SECONDS, help="for drain")
    given = parser.parse_args(arguments)
    os.umask(0o077)
    try:
        settings = read_settings(given.settings)
        if given.verb == "drain":
            return drain(settings, given.seconds)
        with _alone(settings, given.verb):
            if given.verb == "collect":
                collect(settings, tell=tell)
            else:
                _ship(settings, check=given.verb == "check")
    except RecordsFailure as failure:
        print(f"job_records: {given.verb}: {failure}", file=sys.stderr)
        return 1
    return 0


def drain(settings: Settings, seconds: float) -> int:
    """Wait until the services have sent all that was spooled; 1 if something is left."""
    end = time.monotonic() + seconds
    while left := _left(settings):
        if time.monotonic() > end:
            print(f"job_records: drain: not sent after {seconds:g} s: {left}", file=sys.stderr)
            return 1
        time.sleep(0.2)
    return 0


def tell(line: str) -> None:
    """Say a line in the journal."""
    print(line, file=sys.stderr, flush=True)


def _left(settings: Settings) -> str:
    runs = Spool(Path(settings.spool)).count()
    outbox = Outbox(settings.outboxes["jobs"])
    lines = sum(1 for _ in outbox.unsent())
    told = {"runs in the spool": runs, "records in the outbox": lines}
    return ", ".join(f"{count} {what}" for what, count in told.items() if count)


def _ship(settings: Settings, *, check: bool) -> None:
    try:
        # boto3 is imported only here: what collects has another Python, which need not have it.
        from .sending import send  # noqa: PLC0415
    except ImportError as error:
        raise RecordsFailure(f"{sys.executable} has no boto3: {error}") from error
    if not check:
        send(settings, tell=tell)


@contextmanager
def _alone(settings: Settings, verb: str) -> Iterator[None]:
    """Only one process of a kind: two would write each record twice."""
    kept = Path(settings.kept)
    kept.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (kept / f"{verb}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RecordsFailure(f"another process does it, it holds {lock.name}") from None
        yield
