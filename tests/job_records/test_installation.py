"""What collects and what sends is started with the right Python, and seen to stay."""

import os
from pathlib import Path

import pytest

from hpc_constructs.node_scripts.configure_node import commands
from hpc_constructs.node_scripts.configure_node.daemons_python import python_with_boto3
from hpc_constructs.node_scripts.configure_node.failure import NodeFailure
from hpc_constructs.node_scripts.configure_node.job_records import start

SYSTEMCTL = """\
#!/bin/sh
echo "$*" >> "$TOLD"
case "$1 $2" in
    "is-active $DEAD") echo activating; exit 3 ;;
esac
"""


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What `systemctl` is told."""
    program = tmp_path / "systemctl"
    program.write_text(SYSTEMCTL)
    program.chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    told = {"PATH": path, "TOLD": str(tmp_path / "told"), "DEAD": "none"}
    monkeypatch.setattr(commands, "ENVIRONMENT", told)
    return tmp_path / "told"


def test_both_services_are_started_and_looked_at(told: Path) -> None:
    start("restart")

    assert told.read_text().splitlines() == [
        "restart hpc-job-shipper.service hpc-job-collector.service",
        "is-active hpc-job-shipper.service",
        "is-active hpc-job-collector.service",
    ]


@pytest.mark.usefixtures("told")
def test_a_service_that_ends_at_once_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(commands.ENVIRONMENT, "DEAD", "hpc-job-collector.service")

    with pytest.raises(NodeFailure, match=r"collector\.service' ended with 3"):
        start()


def test_of_several_pythons_the_newest_is_taken(tmp_path: Path) -> None:
    for version in ("3.9.20", "3.12.8", "3.12.11"):
        python = tmp_path / "versions" / version / "envs" / "node_virtualenv" / "bin" / "python"
        python.parent.mkdir(parents=True)
        python.touch()

    assert "/3.12.11/" in python_with_boto3(tmp_path)


def test_without_a_python_that_has_boto3_the_failure_says_where_it_should_be(
    tmp_path: Path,
) -> None:
    with pytest.raises(NodeFailure, match=f"there is no {tmp_path}/versions"):
        python_with_boto3(tmp_path)
