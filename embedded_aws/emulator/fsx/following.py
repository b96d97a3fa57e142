"""Automatic import: what is new, changed or deleted in a linked prefix follows in the directory.

On AWS S3's notifications tell FSx of it; here each association looks again and again. What came
before it was AVAILABLE is an import task's.
"""

import time
from contextlib import suppress

from embedded_aws.emulator import background
from embedded_aws.emulator.fsx import contents, links, objects, records, transfers
from embedded_aws.emulator.fsx.task_paths import Item

SECONDS = 1.0

Listed = dict[str, str]


def follow(link: records.Record) -> None:
    """Begin with a new association; it ends with that."""
    seen = _listed(link)
    background.start(f"{link.id}-follows", lambda: _follow(link, seen))


def _follow(link: records.Record, seen: Listed) -> None:
    while link.deleted_at is None:
        time.sleep(SECONDS)
        if link.lifecycle != "AVAILABLE":
            continue
        now = _listed(link)
        events = (link.data["S3"].get("AutoImportPolicy") or {}).get("Events") or []
        for key in sorted(seen.keys() | now.keys()):
            if seen.get(key) != now.get(key) and _event(key, seen, now) in events:
                _take_over(link, key, is_gone=key not in now)
        seen = now


def _listed(link: records.Record) -> Listed:
    place = links.repository_of(link)
    keys = objects.names(place.bucket, place.prefix)
    return {key: objects.written(place.bucket, key) for key in keys if key != place.prefix}


def _event(key: str, seen: Listed, now: Listed) -> str:
    if key not in now:
        return "DELETED"
    return "CHANGED" if key in seen else "NEW"


def _take_over(link: records.Record, key: str, *, is_gone: bool) -> None:
    """Do in the directory what was done in the bucket; what was written there since is left."""
    item = Item(path=links.path_of(link, key), link=link)
    if not contents.is_possible(item.path):
        return
    if not is_gone:
        transfers.bring(item)
        return
    with suppress(*contents.IMPOSSIBLE):
        if not contents.is_changed(link.file_system_id, item.path):
            contents.drop(link.file_system_id, item.path)
