"""Pages of a list, and FSx's filters."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from embedded_aws.emulator.fsx.errors import bad_request
from embedded_aws.emulator.fsx.records import Record

Described = dict[str, Any]
Place = tuple[float, str]
Filters = Mapping[str, Callable[[Record], Collection[str]]]

LARGEST_PAGE = 2147483647
USUAL_PAGE = 100


def page(
    chosen: list[Record], asked: Described, key: str, *, largest: int = LARGEST_PAGE
) -> Described:
    """Give one page of what was chosen under `key`, oldest first, and what the next comes after.

    The token says which record a page ended with, not how many there were: what goes between two
    requests makes no other one missed or told twice.
    """
    size = int(asked.get("MaxResults") or min(USUAL_PAGE, largest))
    if not 1 <= size <= largest:
        raise bad_request(f"MaxResults {size} is not in 1 to {largest}")
    after = read_token(asked.get("NextToken"))
    rest = sorted((each for each in chosen if place(each) > after), key=place)
    told = rest[:size]
    more = {"NextToken": token(told[-1])} if len(rest) > size else {}
    return {key: [record.described() for record in told], **more}


def place(record: Record) -> Place:
    """Say where in a list a record stands."""
    return record.made_at, record.id


def token(record: Record) -> str:
    """Say in NextToken's form that the next page begins after this record."""
    return f"{record.made_at!r}/{record.id}"


def read_token(told: str | None) -> Place:
    """Read what `token` wrote; without one a list begins at its beginning."""
    if told is None:
        return 0.0, ""
    made_at, _, id_ = told.partition("/")
    try:
        return float(made_at), id_
    except ValueError:
        raise bad_request(f"NextToken {told} was not given by this service") from None


def choose(records: list[Record], asked: Described, filters: Filters) -> list[Record]:
    """Keep what matches every filter; `filters` gives a record's values for each name."""
    for wanted in asked.get("Filters") or []:
        values = filters.get(wanted["Name"])
        if values is None:
            raise bad_request(f"Filter {wanted['Name']} is not one of {sorted(filters)}")
        records = [record for record in records if set(values(record)) & set(wanted["Values"])]
    return records
