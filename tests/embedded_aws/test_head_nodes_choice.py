"""Head nodes boot where they can, unless the environment says otherwise."""

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from embedded_aws.errors import HeadNodesNotBootableError
from embedded_aws.head_nodes import choice as choice_module
from embedded_aws.head_nodes import records
from embedded_aws.head_nodes.choice import VARIABLE, HeadNodes, choose, why_not
from embedded_aws.head_nodes.records import RunningHeadNode
from embedded_aws.processes import started_at

ONE = RunningHeadNode(
    cluster="pcluster-one",
    instance_id="i-1",
    leader=os.getpid(),
    started_at=started_at(os.getpid()) or "",
    address="10.33.0.4",
)


def test_they_are_played_where_the_environment_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "played")

    choice = choose()

    assert choice.head_nodes is HeadNodes.PLAYED
    assert choice.why == f"{VARIABLE} is played"


def test_where_no_node_boots_they_are_played_and_it_is_said_why(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("PATH", "")  # no unshare; and who isn't root boots none anyway

    choice = choose()

    assert choice.head_nodes is HeadNodes.PLAYED
    assert choice.why is not None
    assert "booting nodes needs" in choice.why


def test_what_can_t_be_had_is_refused_where_the_environment_asks_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(VARIABLE, "booted")
    monkeypatch.setenv("PATH", "")

    with pytest.raises(HeadNodesNotBootableError, match="'booted', booting nodes needs"):
        choose()


def test_another_value_is_refused_with_those_that_are_allowed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(VARIABLE, "yes")

    with pytest.raises(HeadNodesNotBootableError, match="'yes', and may be played or booted"):
        choose()


def test_without_their_root_file_system_no_node_boots(tmp_path: Path) -> None:
    assert why_not(tmp_path / "nothing") is not None


def test_where_overlays_can_t_be_mounted_it_says_so_with_mount_s_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a container that lacks the rights: its `unshare` is refused."""
    (tmp_path / "bin").mkdir()
    for tool in ("nsenter", "setpriv", "ssh", "unshare"):
        (tmp_path / "bin" / tool).write_text(
            "#!/bin/sh\necho 'Operation not permitted' >&2\nexit 1"
        )
        (tmp_path / "bin" / tool).chmod(0o755)
    (tmp_path / "fuse").touch()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(choice_module, "FUSE", tmp_path / "fuse")

    why = why_not(tmp_path, directory=tmp_path / "state" / "not there yet")

    assert why == (
        f"booting nodes needs mount namespaces with overlays in {tmp_path}: Operation not permitted"
    )
    assert {path.name for path in tmp_path.iterdir()} == {"bin", "fuse"}


def test_without_fuse_no_node_boots(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(choice_module, "FUSE", tmp_path / "fuse")
    monkeypatch.setattr(shutil, "which", lambda tool: tool)

    why = why_not(tmp_path, directory=tmp_path)

    assert why is not None
    assert why.startswith(f"booting nodes needs {tmp_path / 'fuse'}: ")


def test_a_head_node_is_found_by_its_cluster_until_it_is_gone(tmp_path: Path) -> None:
    assert records.find(tmp_path, "pcluster-one") is None

    records.write(tmp_path, ONE)

    assert records.find(tmp_path, "pcluster-one") == ONE
    assert records.running(tmp_path) == [ONE]
    records.remove(tmp_path, ONE)
    assert records.running(tmp_path) == []


def test_the_end_of_one_leaves_the_next_of_its_cluster(tmp_path: Path) -> None:
    after = replace(ONE, instance_id="i-2", address="10.33.0.5")
    records.write(tmp_path, ONE)
    records.write(tmp_path, after)

    records.remove(tmp_path, ONE)

    assert records.find(tmp_path, ONE.cluster) == after


def test_one_whose_process_is_gone_is_not_up_though_its_number_is_another_s(
    tmp_path: Path,
) -> None:
    gone = replace(ONE, started_at="1")

    records.write(tmp_path, gone)

    assert records.find(tmp_path, ONE.cluster) is None
    assert records.running(tmp_path) == []
    records.remove(tmp_path, gone)
    assert records.told(tmp_path, ONE.cluster) is None
