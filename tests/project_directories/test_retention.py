"""Which directories stay, and which go, night by night."""

from datetime import timedelta
from pathlib import Path

import pytest

from left_directories import CLUSTER, KEEP, OTHER, Shared, done, never
from project_directories.errors import ListingTooOld
from project_directories.listing import Listing
from project_directories.retention import Retention


def test_what_nobody_uses_is_kept_for_its_days_and_then_deleted(shared: Shared) -> None:
    directory = shared.make(CLUSTER, "data/result")

    first = shared.night(0)
    last = shared.night(89.9)
    kept = directory.exists()
    end = shared.night(90)

    assert done(first) == [("left", CLUSTER)]
    assert (last, kept) == ([], True)
    assert done(end) == [("set aside", CLUSTER), ("deleted", CLUSTER)]
    assert not directory.exists()
    assert shared.set_aside() == []
    assert not shared.marker().exists()


def test_what_is_in_use_stays_for_ever(shared: Shared) -> None:
    directory = shared.make(CLUSTER, "data/result")

    nights = [shared.night(day, CLUSTER) for day in (0, 91, 10_000)]

    assert nights == [[], [], []]
    assert (directory / "data/result").exists()
    assert not shared.marker().exists()


def test_a_project_that_comes_back_begins_anew(shared: Shared) -> None:
    directory = shared.make()
    shared.night(0)

    back = shared.night(50, CLUSTER)
    left = shared.night(60)
    kept = shared.night(149)
    end = shared.night(150)

    assert done(back) == [("in use again", CLUSTER)]
    assert done(left) == [("left", CLUSTER)]
    assert kept == []
    assert done(end)[0] == ("set aside", CLUSTER)
    assert not directory.exists()


def test_a_cluster_that_came_and_went_between_two_nights_is_seen(shared: Shared) -> None:
    directory = shared.make()
    shared.night(0)
    noted = shared.now() - timedelta(days=80)
    shared.marker().write_text(noted.isoformat())
    directory.chmod(0o1777)  # as ParallelCluster does on each new head node

    due = shared.night(10.5)
    end = shared.night(90.5)

    assert due == []
    assert done(end)[0] == ("set aside", CLUSTER)


def test_only_the_directories_of_clusters_are_looked_at(shared: Shared) -> None:
    others = [
        shared.make("aws-backup-restore_2026"),
        shared.make("Pcluster-lab-project-0123abcd"),
        shared.make("pcluster-"),
        shared.make("a"),
    ]
    file = shared.root / OTHER
    file.write_text("no directory")
    link = shared.root / CLUSTER
    link.symlink_to(others[0])

    nights = [shared.night(day) for day in (0, 100, 200)]

    assert nights == [[], [], []]
    assert all(path.exists() for path in (*others, file, link))


@pytest.mark.parametrize(
    "text", [b"", b"yesterday", b"\xff\xfe", b"2026-01-01T00:00:00", b"9" * 99]
)
def test_a_marker_that_cant_be_read_begins_the_time_anew(text: bytes, shared: Shared) -> None:
    directory = shared.make()
    shared.night(0)
    shared.marker().write_bytes(text)

    again = shared.night(100)
    kept = shared.night(189)

    assert done(again) == [("left", CLUSTER)]
    assert kept == []
    assert directory.exists()


def test_a_marker_of_the_future_begins_the_time_anew(shared: Shared) -> None:
    shared.make()
    shared.night(0)
    shared.marker().write_text((shared.now() + timedelta(days=9999)).isoformat())

    assert done(shared.night(1)) == [("left", CLUSTER)]
    assert done(shared.night(91))[0] == ("set aside", CLUSTER)


def test_a_marker_of_what_is_gone_goes(shared: Shared) -> None:
    shared.make().rename(shared.root / OTHER)
    shared.night(0)
    (shared.root / OTHER).rename(shared.root / CLUSTER)

    events = shared.night(1)

    assert sorted(done(events)) == [("gone", OTHER), ("left", CLUSTER)]
    assert [path.name for path in (shared.root / ".left").iterdir()] == [CLUSTER]


@pytest.mark.parametrize("listed", [timedelta(seconds=61), -timedelta(seconds=61)])
def test_an_old_list_is_refused_before_anything_is_done(listed: timedelta, shared: Shared) -> None:
    shared.make()
    shared.night(0)

    with pytest.raises(ListingTooOld, match=r"listed -?61 s ago; allowed are 60"):
        shared.night(100, listed=listed)

    assert (shared.root / CLUSTER).exists()


def test_a_list_that_gets_old_meanwhile_sets_nothing_aside(shared: Shared) -> None:
    for name in (CLUSTER, OTHER):
        shared.make(name)
    shared.night(0)
    listed_at = shared.began + KEEP
    late = listed_at + timedelta(seconds=61)
    moments = iter([listed_at, listed_at, late])
    retention = Retention(mount=shared.root, keep=KEEP, now=lambda: next(moments))
    listing = Listing(in_use=frozenset(), listed_at=listed_at)

    with pytest.raises(ListingTooOld):
        list(retention.run(listing, out_of_time=never))

    assert not (shared.root / OTHER).exists()
    assert (shared.root / CLUSTER).exists()


def test_what_cant_be_dealt_with_keeps_no_other_from_being(shared: Shared) -> None:
    for name in (CLUSTER, OTHER):
        shared.make(name)
    shared.night(0)
    marker = shared.marker(OTHER)
    marker.unlink()
    marker.mkdir()

    events = shared.night(90)

    assert [event.directory for event in events if event.failed] == [OTHER]
    assert (shared.root / OTHER).exists()
    assert not (shared.root / CLUSTER).exists()


@pytest.mark.parametrize("ours", [".left", ".deleted"])
def test_our_own_directories_are_no_links(ours: str, shared: Shared, tmp_path: Path) -> None:
    shared.make()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (shared.root / ours).symlink_to(elsewhere)

    with pytest.raises(OSError, match=r"Not a directory|symbolic links"):
        shared.night(0)

    assert list(elsewhere.iterdir()) == []


def test_nobody_but_root_looks_at_what_is_ours(shared: Shared) -> None:
    shared.make()

    shared.night(0)

    modes = {path.name: path.stat().st_mode & 0o777 for path in shared.root.glob(".*")}
    assert modes == {".left": 0o700, ".deleted": 0o700}
    assert shared.marker().stat().st_mode & 0o777 == 0o600
