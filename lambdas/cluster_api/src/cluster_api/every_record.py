"""All records of the registry, page by page."""

from collections.abc import Iterator

from cluster_api.model import Record
from cluster_api.ports import Registry

_PAGE_SIZE = 200


def every_record(registry: Registry) -> Iterator[Record]:
    """Each record as it was when its page was read."""
    after = None
    while True:
        page = registry.page(vlab_id=None, after=after, limit=_PAGE_SIZE)
        yield from page.records
        after = page.after
        if after is None:
            return
