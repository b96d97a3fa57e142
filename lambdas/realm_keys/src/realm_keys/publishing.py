"""A pass: what the realm has is published, unless it is in doubt; then what was there stays."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from realm_keys.errors import KeysRefused
from realm_keys.jwks import parse_keys, parse_published, rendered
from realm_keys.keeping import to_publish
from realm_keys.model import Key, Published
from realm_keys.ports import Clock, Place, Realm

_log = logging.getLogger(__name__)
_TWO_PASSES = timedelta(hours=2)
"""As rare as the settings allow them: one that comes late or fails doesn't make keys too old."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What was published.

    Attributes:
        changed: whether it is other than before.
        realms: the `kid` of each key of the realm's.
        kept: of each that the realm has dropped.
    """

    changed: bool
    realms: tuple[str, ...]
    kept: tuple[str, ...]


class Pass:
    """One pass, made once.

    Attributes:
        good_at: when there last was a good pass, this one among them; None if nobody knows.
    """

    def __init__(
        self, *, realm: Realm, place: Place, clock: Clock, token_lifetime: timedelta
    ) -> None:
        self._realm = realm
        self._place = place
        self._clock = clock
        self._token_lifetime = token_lifetime
        self.good_at: datetime | None = None

    def publish(self) -> Outcome:
        """Fetch, check, and publish, also what is as it was: so its age is that of a good pass.

        Raises:
            RealmAway: the realm doesn't answer.
            KeysRefused: what it answers isn't good.
            PublishedMeanwhile: another pass came first.
            BucketRefused: what is published can't be read or written.
        """
        before = self._place.read()
        self.good_at = before.at if before else None
        realms = parse_keys(self._realm.fetch())
        now = self._clock.now()
        keys = to_publish(
            realms,
            self._still_needed(before, now),
            realm=self._realm.url,
            now=now,
            token_lifetime=self._token_lifetime,
        )
        text = rendered(keys, realm=self._realm.url)
        self._place.write(text, over=before)
        self.good_at = now
        return Outcome(
            changed=before is None or before.text != text,
            realms=tuple(sorted(realms)),
            kept=tuple(sorted(key.kid for key in keys if key.kept_until)),
        )

    def age(self) -> timedelta | None:
        """How long ago there last was a good pass; None if nobody knows."""
        return max(self._clock.now() - self.good_at, timedelta()) if self.good_at else None

    def _still_needed(self, before: Published | None, now: datetime) -> Mapping[str, Key]:
        """What was published and may have signed tokens that still last.

        That is nothing of another realm's, and nothing once no pass has been good for longer than
        tokens last: since then the realm may have dropped a key for cause.
        """
        if before is None:
            return {}
        if now - before.at > max(self._token_lifetime, _TWO_PASSES):
            _log.warning("what was published is too old", extra={"at": before.at.isoformat()})
            return {}
        try:
            return parse_published(before.text, realm=self._realm.url)
        except KeysRefused as refused:
            # Put there by others, or for another realm: a node ignores only whose keys they are
            # and until when one is kept, and takes none of what is wrong otherwise.
            _log.warning("what was published is replaced", extra={"reason": str(refused)})
            return {}
