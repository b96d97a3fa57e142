"""What is set aside is removed, and nothing else; in as many nights as it takes."""

import os
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from left_directories import CLUSTER, OTHER, Shared, after, deepen, done


@pytest.fixture
def due(shared: Shared) -> Shared:
    """A directory whose days are over."""
    shared.make(CLUSTER, "a", "b/c", "b/d/e", "b/d/f")
    shared.night(0)
    return shared


@pytest.fixture
def few_descriptors() -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_the_log_says_how_much_went(due: Shared) -> None:
    aside, deleted = due.night(90)

    assert aside.fields["keep_days"] == 90
    assert str(aside.fields["left_at"]).startswith(str(due.began.date()))
    assert deleted.fields == {"files": 4, "directories": 2, "freed": 40, "whole": True}


def test_links_are_removed_and_what_they_lead_to_stays(due: Shared, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "precious").write_text("stays")
    other = due.make(OTHER, "theirs")
    directory = due.root / CLUSTER
    (directory / "link").symlink_to(outside)
    (directory / "b" / "link").symlink_to(outside / "precious")
    (directory / "b" / "d" / "link").symlink_to("../../../" + OTHER)
    (directory / "dangling").symlink_to("nowhere")

    events = due.night(91, OTHER)

    assert done(events) == [("set aside", CLUSTER), ("deleted", CLUSTER)]
    assert (outside / "precious").read_text() == "stays"
    assert (other / "theirs").exists()


def test_bytes_of_a_file_with_another_name_are_freed_with_its_last(due: Shared) -> None:
    directory = due.root / CLUSTER
    os.link(directory / "a", directory / "b" / "another")

    _, deleted = due.night(91)

    assert (deleted.fields["files"], deleted.fields["freed"]) == (5, 40)


def test_what_isnt_done_in_a_night_is_done_in_the_next(due: Shared) -> None:
    first = due.night(90, out_of_time=after(3))
    left = sum(len(files) for _, _, files in os.walk(due.root / ".deleted"))
    second = due.night(91)

    assert done(first) == [("set aside", CLUSTER), ("goes on next time", CLUSTER)]
    assert 0 < left < 4
    assert done(second) == [("deleted", CLUSTER)]
    assert second[0].fields["files"] == left
    assert due.set_aside() == []


def test_every_night_however_short_removes_something(due: Shared) -> None:
    due.night(90, out_of_time=lambda: True)
    nights = [due.night(91 + night, out_of_time=after(3)) for night in range(20)]

    assert due.set_aside() == []
    assert 1 < len([night for night in nights if night]) < 20


def test_a_project_that_comes_back_while_its_old_directory_goes_has_a_new_one(due: Shared) -> None:
    due.night(90, out_of_time=after(3))
    new = due.make(CLUSTER, "new")

    events = due.night(91, CLUSTER)

    assert done(events) == [("deleted", CLUSTER)]
    assert (new / "new").exists()


@pytest.mark.usefixtures("few_descriptors")
def test_a_tree_may_be_deeper_than_files_may_be_open(due: Shared) -> None:
    deepen(due.root / CLUSTER, 1000)

    events = due.night(91)

    assert done(events) == [("set aside", CLUSTER), ("deleted", CLUSTER)]
    assert events[1].fields["directories"] == 1002


def test_a_directory_may_have_more_entries_than_are_read_at_a_time(due: Shared) -> None:
    for number in range(2500):
        (due.root / CLUSTER / "b" / str(number)).touch()

    events = due.night(91)

    assert events[1].fields["files"] == 2504


def test_nothing_is_removed_from_a_directory_that_is_sticky(
    due: Shared, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lambda's user is no root to Linux, which refuses him others' files there."""
    directory = due.root / CLUSTER
    modes: list[int] = []
    unlink = os.unlink

    def noting(name: str, *, dir_fd: int) -> None:
        if name != CLUSTER:  # its marker
            modes.append(os.stat(dir_fd).st_mode & 0o7777)
        unlink(name, dir_fd=dir_fd)

    for sticky in (directory, directory / "b", directory / "b" / "d"):
        sticky.chmod(0o1777)
    monkeypatch.setattr(os, "unlink", noting)

    due.night(91)

    assert modes == [0o700] * 4
    assert due.set_aside() == []


def test_what_cant_be_removed_is_told_and_tried_again(
    due: Shared, monkeypatch: pytest.MonkeyPatch
) -> None:
    due.night(90, out_of_time=lambda: True)
    with monkeypatch.context() as patched:
        patched.setattr(os, "unlink", _refused)
        failed = due.night(91)
    again = due.night(92)

    assert [event.failed for event in failed] == [True]
    assert failed[0].fields["reason"] == "Operation not permitted"
    assert done(failed) == [("could not be dealt with", CLUSTER)]
    assert done(again)[-1] == ("deleted", CLUSTER)


def _refused(*_: object, **__: object) -> None:
    raise PermissionError(1, "Operation not permitted")
