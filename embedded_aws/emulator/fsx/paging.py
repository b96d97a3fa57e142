"""Pages of a list, and FSx's filters."""

from collections.abc import Mapping
from typing import Any

from embedded_aws.emulator.fsx.errors import bad_request

Described = dict[str, Any]

LARGEST_PAGE = 2147483647
USUAL_PAGE = 100


def page(items: list[Described], asked: Described, key: str) -> Described:
    """Give one page of `items` under `key`, and where the next begins."""
    token = asked.get("NextToken") or "0"
    if not token.isdigit():
        raise bad_request(f"NextToken {token} was not given by this service")
    start, size = int(token), int(asked.get("MaxResults") or USUAL_PAGE)
    if not 1 <= size <= LARGEST_PAGE:
        raise bad_request(f"MaxResults {size} is not in 1 to {LARGEST_PAGE}")
    more = {"NextToken": str(start + size)} if start + size < len(items) else {}
    return {key: items[start : start + size], **more}


def choose(items: list[Described], asked: Described, names: Mapping[str, str]) -> list[Described]:
    """Keep what matches every filter; `names` gives the field of each filter."""
    for wanted in asked.get("Filters") or []:
        field = names.get(wanted["Name"])
        if field is None:
            raise bad_request(f"Filter {wanted['Name']} is not one of {sorted(names)}")
        items = [item for item in items if item.get(field) in wanted["Values"]]
    return items
