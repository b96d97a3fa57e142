"""A pass over the directories of clusters: whose days are over is set aside, and then deleted."""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import assert_never

from project_directories.decision import Decision, decide
from project_directories.listing import Listing
from project_directories.markers import Markers
from project_directories.opening import names_in, opened, our_own
from project_directories.removal import remove_tree

# A cluster's directory is called as the cluster, which only the provisioner names.
_CLUSTER = re.compile(r"pcluster-[a-z0-9-]{1,48}")
# What a directory's name ends in from when it is set aside.
_SET_ASIDE = re.compile(r"-\d{8}T\d{6}Z$")
# No cluster's access point leads here, and none is named so.
_MARKERS, _DELETED = ".left", ".deleted"


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that a pass did, for the log. `failed` says that it could not."""

    what: str
    directory: str
    fields: Mapping[str, object] = field(default_factory=dict)
    failed: bool = False

    @property
    def cluster(self) -> str:
        """Whose directory it is, or was before it was set aside."""
        return _SET_ASIDE.sub("", self.directory)


@dataclass(frozen=True, kw_only=True)
class Retention:
    """What keeps the directories below `mount` for `keep` after their clusters have gone."""

    mount: Path
    keep: timedelta
    now: Callable[[], datetime]

    def run(self, listing: Listing, *, out_of_time: Callable[[], bool]) -> Iterator[Event]:
        """One pass. What can't be dealt with doesn't keep the rest from being.

        Raises:
            ListingTooOld: the list holds no longer; nothing is set aside on it.
        """
        listing.check(self.now())
        with (
            opened(self.mount) as root,
            our_own(_MARKERS, within=root) as left,
            our_own(_DELETED, within=root) as deleted,
        ):
            markers = Markers(directory=left)
            names = _clusters(root)
            for name in names:
                yield from _reporting(name, self._look_at(name, listing, root, markers, deleted))
            for gone in set(markers.names()) - set(names):
                yield from _reporting(gone, _forget(gone, markers))
            for name in sorted(names_in(deleted)):
                if out_of_time():
                    return
                yield from _reporting(name, _delete(name, deleted, out_of_time))

    def _look_at(
        self, name: str, listing: Listing, root: int, markers: Markers, deleted: int
    ) -> Iterator[Event]:
        now, noted_at = self.now(), markers.read(name)
        status = os.stat(name, dir_fd=root, follow_symlinks=False)
        decision = decide(
            in_use=name in listing.in_use,
            noted_at=noted_at,
            changed_at=datetime.fromtimestamp(status.st_ctime, UTC),
            now=now,
            keep=self.keep,
        )
        match decision:
            case Decision.USED:
                if markers.remove(name):
                    yield Event(what="in use again", directory=name)
            case Decision.NOTED:
                markers.write(name, now)
                yield Event(what="left", directory=name, fields={"keep_days": self.keep.days})
            case Decision.KEPT:
                pass
            case Decision.DELETED:
                listing.check(now)
                # At once or not at all: who mounts it now finds a new one.
                aside = f"{name}-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
                os.rename(name, aside, src_dir_fd=root, dst_dir_fd=deleted)
                markers.remove(name)
                noted = {"left_at": noted_at and noted_at.isoformat(), "keep_days": self.keep.days}
                yield Event(what="set aside", directory=name, fields=noted)
            case _:
                assert_never(decision)


def _clusters(root: int) -> list[str]:
    with os.scandir(root) as entries:
        return sorted(
            entry.name
            for entry in entries
            if _CLUSTER.fullmatch(entry.name) and entry.is_dir(follow_symlinks=False)
        )


def _forget(name: str, markers: Markers) -> Iterator[Event]:
    markers.remove(name)
    yield Event(what="gone", directory=name)


def _delete(name: str, deleted: int, out_of_time: Callable[[], bool]) -> Iterator[Event]:
    removed = remove_tree(name, within=deleted, out_of_time=out_of_time)
    what = "deleted" if removed.whole else "goes on next time"
    yield Event(what=what, directory=name, fields=asdict(removed))


def _reporting(name: str, events: Iterator[Event]) -> Iterator[Event]:
    try:
        yield from events
    except OSError as error:
        yield Event(
            what="could not be dealt with",
            directory=name,
            fields={"reason": f"{error.strerror or error}"},
            failed=True,
        )
