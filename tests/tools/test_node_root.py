"""The nodes' root file system is made once for all clones, and made whole or not at all."""

import os
import sys
import time
from pathlib import Path

import pytest

from tools import node_root


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """What is made instead of a Debian, in a cache of this test's own."""
    roots: list[Path] = []

    def make(root: Path) -> None:
        root.mkdir()
        roots.append(root)

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(node_root, "_make", make)
    monkeypatch.setattr(node_root, "_have_tools", lambda _: None)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    return roots


def ask(monkeypatch: pytest.MonkeyPatch, link: Path) -> None:
    monkeypatch.setattr(sys, "argv", ["node_root", str(link)])
    node_root.main()


def test_another_clone_has_the_same_one(
    made: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(monkeypatch, tmp_path / "one" / "build" / "node-root")
    ask(monkeypatch, tmp_path / "two" / "build" / "node-root")

    assert len(made) == 1
    for clone in ("one", "two"):
        assert (tmp_path / clone / "build" / "node-root").resolve() == made[0].resolve()


def test_of_other_packages_it_is_another_one(
    made: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(monkeypatch, tmp_path / "link")
    monkeypatch.setattr(node_root, "_key", lambda: "other")

    ask(monkeypatch, tmp_path / "link")

    assert len(made) == 2
    assert (tmp_path / "link").resolve() == made[1].resolve()


@pytest.mark.usefixtures("made")
def test_one_that_can_t_be_made_leaves_no_way_to_an_older_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: Path) -> None:
        sys.exit("make: mmdebstrap made no root file system")

    link = tmp_path / "build" / "link"
    ask(monkeypatch, link)
    monkeypatch.setattr(node_root, "_key", lambda: "other")
    monkeypatch.setattr(node_root, "_make", fail)

    with pytest.raises(SystemExit, match="made no root file system"):
        ask(monkeypatch, link)

    assert [*link.parent.iterdir()] == []


def test_a_link_that_is_there_always_leads_somewhere(
    made: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is another link that takes its place: it is never away."""
    link = tmp_path / "build" / "link"
    ask(monkeypatch, link)
    unlinked: list[Path] = []
    monkeypatch.setattr(os, "unlink", lambda path: unlinked.append(Path(path)))

    ask(monkeypatch, link)

    assert link not in unlinked
    assert link.resolve() == made[0].resolve()
    assert [*link.parent.iterdir()] == [link]


def test_what_an_interrupted_run_or_nobody_s_month_left_goes(
    made: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "cache" / "parallelcluster-provisioner" / "node-roots"
    for name in ("trixie-1.part", "trixie-2", "trixie-3"):
        (cache / name).mkdir(parents=True)
    long_ago = time.time() - 31 * 24 * 60 * 60
    os.utime(cache / "trixie-2", (long_ago, long_ago))

    ask(monkeypatch, tmp_path / "link")

    left = {path.name for path in cache.iterdir() if path.is_dir()}
    assert left == {"trixie-3", made[0].name}


def test_a_folder_of_an_older_version_gives_way_to_the_link(
    made: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "link" / "etc").mkdir(parents=True)

    ask(monkeypatch, tmp_path / "link")

    assert made and (tmp_path / "link").is_symlink()


@pytest.mark.usefixtures("made")
def test_a_cache_that_can_t_be_made_is_told_in_one_line_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))

    with pytest.raises(SystemExit, match="name another XDG_CACHE_HOME"):
        ask(monkeypatch, tmp_path / "link")


def test_without_root_s_rights_it_says_how_to_have_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    with pytest.raises(SystemExit, match="sudo make node-root"):
        ask(monkeypatch, tmp_path / "link")
