"""Which keys are published: the realm's, and those that it has dropped not long ago. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from realm_keys.jwks import LARGEST_BYTES, MOST_KEYS, rendered
from realm_keys.model import Key


def to_publish(
    realms: Mapping[str, Key],
    before: Mapping[str, Key],
    *,
    realm: str,
    now: datetime,
    token_lifetime: timedelta,
) -> list[Key]:
    """The realm's keys, and of those that were published before them what tokens may still need.

    What the realm doesn't have any more is kept for as long as a token lasts from when it was first
    missed: it may have signed until then. A `kid` that is another key now is the realm's. Where
    there is no room for all, those go first that would go first.
    """
    kept = [
        replace(key, kept_until=key.kept_until or now + token_lifetime)
        for kid, key in before.items()
        if kid not in realms and (key.kept_until is None or now < key.kept_until)
    ]
    kept.sort(key=lambda key: (key.kept_until or now, key.kid))
    while kept and not _fits([*realms.values(), *kept], realm):
        del kept[0]
    return [*realms.values(), *kept]


def _fits(keys: list[Key], realm: str) -> bool:
    return len(keys) <= MOST_KEYS and len(rendered(keys, realm=realm)) <= LARGEST_BYTES
