"""Nothing is left of a node's directory and control group, whatever ends early or comes late."""

import os
import secrets
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from booted_node import PATIENCE_SECONDS, wait_until
from embedded_aws.laboratory import node
from embedded_aws.laboratory.swept_directory import SweptDirectory
from node_cluster import ROOT

REPOSITORY = Path(__file__).resolve().parents[2]
BOOT = Path(node.__file__).with_name("node_boot.sh")
KILLED = """
import os, pkgutil, signal, sys, tempfile
from embedded_aws.laboratory.swept_directory import SweptDirectory

def killed(*args, **options):
    does(*args, **options)
    os.kill(os.getpid(), signal.SIGKILL)

tempfile.gettempdir()
owner, _, name = sys.argv[1].rpartition(".")
owner = pkgutil.resolve_name(owner)
does = getattr(owner, name)
setattr(owner, name, killed)
SweptDirectory("node-")
"""
JOINS = "mount -t cgroup2 cgroup2 /mnt && mkdir -p /mnt/$1 && echo $$ >/mnt/$1/cgroup.procs &&"


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def group() -> str:
    """A pattern of a name that no other test's group has."""
    return f"late.{secrets.token_hex(4)}.*"


def in_groups(command: str, *arguments: str) -> "subprocess.Popen[str]":
    """Run it where the machine's control groups are seen at /mnt."""
    seen = ["unshare", "--mount", "sh", "-c", command, "sh", *arguments]
    return subprocess.Popen(seen, stdout=subprocess.PIPE, text=True)


def groups() -> str:
    return in_groups("mount -t cgroup2 cgroup2 /mnt && ls /mnt").communicate()[0]


@pytest.mark.parametrize("step", ["subprocess.Popen", "os.mkdir", "pathlib.Path.mkdir"])
def test_a_process_that_is_killed_while_it_makes_a_directory_leaves_none(
    temporary: Path, step: str
) -> None:
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "TMPDIR": str(temporary)}

    ended = subprocess.run([sys.executable, "-c", KILLED, step], check=False, env=environment)

    assert ended.returncode == -signal.SIGKILL
    wait_until(lambda: not [*temporary.iterdir()])


def test_a_node_that_begins_to_boot_when_its_directory_is_gone_makes_nothing(
    temporary: Path, group: str
) -> None:
    swept = SweptDirectory("node-", group=group)
    swept.close()

    boot = ["unshare", "--mount", BOOT, "outside", swept.path, ROOT, temporary, swept.group, "::1"]
    booted = subprocess.run(boot, capture_output=True, text=True, check=False, timeout=60)

    assert f"{swept.path}: No such file or directory" in booted.stderr
    assert [*temporary.iterdir()] == []
    assert swept.group not in groups()


def test_what_hasn_t_heard_that_its_owner_ended_ends_with_its_group(
    temporary: Path, group: str
) -> None:
    swept = SweptDirectory("node-", group=group)
    with in_groups(f"{JOINS} echo joined && exec sleep {PATIENCE_SECONDS}", swept.group) as deaf:
        assert deaf.stdout is not None
        assert deaf.stdout.readline() == "joined\n"

        swept.close()

    assert deaf.returncode == -signal.SIGKILL
    assert [*temporary.iterdir()] == []
    assert swept.group not in groups()
