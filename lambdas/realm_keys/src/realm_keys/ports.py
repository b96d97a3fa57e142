"""What the pass needs of the world."""

from datetime import datetime
from typing import Protocol

from realm_keys.model import Published


class Realm(Protocol):
    """Whose keys they are."""

    @property
    def url(self) -> str:
        """Where it has them, by which it is told from others."""

    def fetch(self) -> bytes:
        """Its JWKS as it answers, at most `jwks.LARGEST_BYTES` and one. Raises RealmAway."""


class Place(Protocol):
    """Where nodes find them."""

    def read(self) -> Published | None:
        """What is there; None before the first time. Raises BucketRefused."""

    def write(self, text: bytes, *, over: Published | None) -> None:
        """Put it there whole, in place of `over` only; None is for where nothing is.

        Raises PublishedMeanwhile if something else is there, BucketRefused if S3 refuses.
        """


class Clock(Protocol):
    """The time."""

    def now(self) -> datetime:
        """In UTC."""
