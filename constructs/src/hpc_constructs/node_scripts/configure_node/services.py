"""Services that are started, and seen to stay.

To systemd a service of type `simple` has started once its program runs, and one with
`Restart=always` is active again every few seconds, however often it ends.
"""

from __future__ import annotations

import time

from .commands import run
from .failure import NodeFailure

_LOOKS_AFTER_SECONDS = 3.0


def start_services(how: str, *units: str) -> None:
    """Start units, and see that they stay.

    Args:
        how: `start`, or `restart` to have those that run run anew.
        units: with their types, such as `some.service`.

    Raises:
        NodeFailure: one doesn't start, or ends at once; with its last words.
    """
    began = int(time.time())
    run("systemctl", how, *units)
    before = {unit: _shown(unit)[1] for unit in units}
    time.sleep(_LOOKS_AFTER_SECONDS)
    for unit in units:
        state, restarts = _shown(unit)
        if state != "active" or restarts != before[unit]:
            raise NodeFailure(f"{unit} was started and doesn't stay: {_last_words(unit, began)}")


def _shown(unit: str) -> tuple[str, str]:
    """Its state, and how often systemd started it again; a timer has no such number."""
    shown = run("systemctl", "show", "--property=ActiveState,NRestarts", unit)
    values = dict(line.split("=", 1) for line in shown.splitlines())
    return values["ActiveState"], values.get("NRestarts", "")


def _last_words(unit: str, began: int) -> str:
    only = ("--quiet", "--output=cat", "--lines=1", f"--since=@{began}")
    said = run("journalctl", *only, f"_SYSTEMD_UNIT={unit}").strip()
    return said or f"it says nothing itself; see 'journalctl --unit={unit}'"
