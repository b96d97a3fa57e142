"""systemd units: what a reboot brings back without these scripts."""

from __future__ import annotations

import time
from pathlib import Path

from .commands import run
from .failure import NodeFailure
from .mount_table import is_mounted

_DIRECTORY = Path("/etc/systemd/system")
_TRIES, _PAUSE_SECONDS = 3, 2


def unit_name(path: Path, kind: str) -> str:
    """The name of the unit of a path that has no hyphen in it: `obi-data-scratch.mount`."""
    return f"{str(path).strip('/').replace('/', '-')}.{kind}"


def mount_by_unit(name: str, text: str, path: Path) -> None:
    """Have the unit `name`, with this text, mount `path` now and at each boot.

    Raises:
        NodeFailure: it doesn't, tried three times; with its last words.
    """
    file = _DIRECTORY / name
    same = file.exists() and file.read_text() == text
    if not same:
        file.write_text(text)
        run("systemctl", "daemon-reload")
    run("systemctl", "enable", "--quiet", name)
    if same and is_mounted(path):
        return
    for left in reversed(range(_TRIES)):
        try:
            run("systemctl", "restart", name)
            break
        except NodeFailure as failure:
            if not left:
                raise NodeFailure(f"{name} doesn't mount {path}: {_last_words(name)}") from failure
            time.sleep(_PAUSE_SECONDS)
    if not is_mounted(path):
        raise NodeFailure(f"{name} runs, and yet nothing is mounted at {path}")


def _last_words(name: str) -> str:
    """What the unit's own process said last; systemd's words about it are no help."""
    said = run(
        *("journalctl", "--unit", name, "--output", "cat", "--lines", "20", "--no-pager"),
        *("_TRANSPORT=stdout", "--quiet"),
    )
    return (said.strip() or "it said nothing").splitlines()[-1]
