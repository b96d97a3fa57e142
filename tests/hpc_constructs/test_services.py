"""A service that is started is seen to stay, since systemd calls one started that ends at once."""

import os
from pathlib import Path

import pytest

from hpc_constructs.node_scripts.configure_node import commands, services
from hpc_constructs.node_scripts.configure_node.failure import NodeFailure
from hpc_constructs.node_scripts.configure_node.services import start_services

# As systemd tells of `ends.service`, which it starts again and again, and `back.service`, which it
# has just started again.
SYSTEMCTL = """\
#!/bin/sh
unit=$3
[ "$1" = show ] || { echo "$*" >> "$DIRECTORY/told"; exit 0; }
echo look >> "$DIRECTORY/looks-$unit"
looks=$(grep -c look "$DIRECTORY/looks-$unit")
case $unit in
    ends.service) echo ActiveState=activating; echo NRestarts=0 ;;
    back.service) echo ActiveState=active; echo NRestarts=$looks ;;
    *.timer) echo ActiveState=active ;;
    *) echo ActiveState=active; echo NRestarts=7 ;;
esac
"""
JOURNALCTL = """\
#!/bin/sh
case "$*" in *=ends.service) echo "ends: this node has no key" ;; esac
"""


@pytest.fixture(autouse=True)
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What `systemctl` is told."""
    for name, text in (("systemctl", SYSTEMCTL), ("journalctl", JOURNALCTL)):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    monkeypatch.setattr(commands, "ENVIRONMENT", {"PATH": path, "DIRECTORY": str(tmp_path)})
    monkeypatch.setattr(services, "_LOOKS_AFTER_SECONDS", 0)
    return tmp_path / "told"


def test_all_are_started_at_once_and_what_failed_long_ago_is_no_failure(told: Path) -> None:
    start_services("restart", "stays.service", "each.timer")

    assert told.read_text() == "restart stays.service each.timer\n"


def test_one_that_ends_is_a_failure_with_its_last_words() -> None:
    with pytest.raises(NodeFailure) as failure:
        start_services("start", "stays.service", "ends.service")

    assert str(failure.value) == (
        "ends.service was started and doesn't stay: ends: this node has no key"
    )


def test_one_that_was_started_again_meanwhile_is_a_failure_though_it_is_active() -> None:
    with pytest.raises(NodeFailure) as failure:
        start_services("restart", "back.service")

    assert str(failure.value) == (
        "back.service was started and doesn't stay: it says nothing itself; see"
        " 'journalctl --unit=back.service'"
    )
