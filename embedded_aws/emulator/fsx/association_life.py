"""How an association comes to be AVAILABLE, or not."""

import time
from collections.abc import Callable
from typing import Any

from embedded_aws.emulator import background
from embedded_aws.emulator.fsx import contents, following, links, orders, records, task_runs
from embedded_aws.emulator.fsx.errors import FsxError

NO_BUCKET = "The bucket of the data repository does not exist."


def order_names(link: records.Record) -> tuple[str, str]:
    """The orders that count for an association, the closer one first."""
    return f"associations/{str(link.data['FileSystemPath']).strip('/')}", "associations"


def begin(file_system: records.Record, link: records.Record) -> None:
    """Create it. FSx fails one that is asked for while another is being created."""
    others = records.associations.of(file_system.id)
    busy = next((other.id for other in others if other.lifecycle == "CREATING"), None)
    records.associations.add(link)

    def made() -> None:
        if busy:
            link.end(
                "FAILED",
                f"Timed out: asked for while {busy} of the same file system was CREATING. "
                "Create associations one after the other.",
            )
            return
        contents.make_directory(file_system.id, links.directory_of(link))
        if link.data["BatchImportMetaDataOnCreate"]:
            task = task_runs.import_of(file_system, link)
            background.wait_until(lambda: task.state in task_runs.OVER)
        _settle(file_system, link)
        following.follow(link)

    _after_its_time(file_system, link, made)


def begin_update(
    file_system: records.Record, link: records.Record, changes: dict[str, Any]
) -> None:
    """Update it; that also looks again at what was misconfigured."""
    link.end("UPDATING")

    def changed() -> None:
        link.data.update(changes)
        _settle(file_system, link)

    _after_its_time(file_system, link, changed)


def _after_its_time(
    file_system: records.Record, link: records.Record, act: Callable[[], None]
) -> None:
    since = time.time()

    def over() -> bool:
        seconds = orders.of(file_system, *order_names(link)).seconds
        return link.deleted_at is not None or time.time() >= since + seconds

    def live() -> None:
        try:
            background.wait_until(over)
            act()
        except FsxError as refusal:
            link.end("FAILED", refusal.message)

    background.start(link.id, live)


def _settle(file_system: records.Record, link: records.Record) -> None:
    order = orders.of(file_system, *order_names(link))
    if order.failure:
        link.end("FAILED", order.failure)
    elif not links.has_repository(link):
        link.end("FAILED", NO_BUCKET)
    elif order.misconfigured:
        link.end("MISCONFIGURED", order.misconfigured)
    else:
        link.end("AVAILABLE")
