"""What is in use, as who may ask AWS has listed it; it holds for a minute."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from project_directories.errors import InvalidListing, ListingTooOld

# A cluster's nodes mount minutes after its record was made: one that isn't listed, and comes within
# this time, finds its directory either as it was or gone, and never going.
_HOLDS = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class Listing:
    """The names of the directories that somebody uses, and when the listing was begun."""

    in_use: frozenset[str]
    listed_at: datetime

    def check(self, now: datetime) -> None:
        """Raise ListingTooOld when it doesn't hold any more, or not yet."""
        age = now - self.listed_at
        if abs(age) > _HOLDS:
            raise ListingTooOld(age.total_seconds(), _HOLDS.total_seconds())


def parse_listing(event: Mapping[str, object]) -> Listing:
    """The listing in an event `{"in_use": [name], "listed_at": moment}`. Raises InvalidListing."""
    names = event.get("in_use")
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise InvalidListing("in_use", names, "a list of names")
    return Listing(in_use=frozenset(names), listed_at=_moment(event.get("listed_at")))


def _moment(value: object) -> datetime:
    with suppress(ValueError):
        moment = datetime.fromisoformat(str(value))
        if moment.tzinfo:
            return moment
    raise InvalidListing("listed_at", value, "a moment in ISO 8601 with its time zone")
