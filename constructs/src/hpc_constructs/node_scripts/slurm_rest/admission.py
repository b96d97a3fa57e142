"""Who is let in, and who that is in Slurm: decided by what a verified token claims.

Slurm takes the claims `sun` and `username` for a user's name before any other, so a token that has
one of them tries to be somebody: it is refused. Source: Slurm's documentation, "JSON Web Tokens".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Protocol

from .refusals import Forbidden, Unverified
from .settings import Settings

_LEAST_UID = 1000
_NAME = re.compile(r"[a-z_][a-z0-9_-]{0,31}")


class Accounts(Protocol):
    """The users of this node."""

    def uid(self, name: str) -> int | None:
        """The user's number, or None if there is no such user."""

    def is_member(self, name: str, group: str) -> bool:
        """Whether the group names the user."""


def admitted_user(claims: Mapping[str, object], settings: Settings, accounts: Accounts) -> str:
    """The user in Slurm of the one whom these claims are about.

    Raises:
        Unverified: they are no access token's.
        Forbidden: they don't admit to this project, name a user of their own in Slurm, or one who
            is none of the project's.
    """
    if claims.get("typ") != "Bearer":
        raise Unverified("the token is no access token (typ Bearer)")
    for name in ("sun", "username"):
        if name in claims:
            raise Forbidden(f"a token with the claim '{name}' is not taken")
    if not _admits(claims, settings):
        raise Forbidden(f"the token's '{settings.claim}' doesn't have '{settings.admits}'")
    return _user(claims.get("preferred_username"), settings, accounts)


def _admits(claims: Mapping[str, object], settings: Settings) -> bool:
    found: object = claims
    for name in settings.claim.split("."):
        if not isinstance(found, Mapping):
            return False
        found = found.get(name)
    return settings.admits in found if isinstance(found, list) else settings.admits == found


def _user(name: object, settings: Settings, accounts: Accounts) -> str:
    if not isinstance(name, str):
        raise Forbidden("the token has no 'preferred_username'")
    uid = accounts.uid(name) if _NAME.fullmatch(name) else None
    if uid is None:
        if settings.fallback_user is None:
            raise Forbidden("the token's 'preferred_username' is no user of this cluster")
        name = settings.fallback_user
        uid = accounts.uid(name)
    # The image's own users have numbers from 1000 too, and one of them administers Slurm.
    if uid is None or uid < _LEAST_UID or not accounts.is_member(name, settings.group):
        raise Forbidden("the token's 'preferred_username' is no user of this project")
    return name
