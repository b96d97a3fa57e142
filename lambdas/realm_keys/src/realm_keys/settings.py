"""The process environment, parsed once into frozen settings; every fault is named at once."""

import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from realm_keys.errors import InvalidSettings

_REQUIRED = ("JWKS_URL", "KEYS_BUCKET", "KEYS_KEY", "TOKEN_LIFETIME_MINUTES")
_MOST_MINUTES = 10080


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the function is told.

    Attributes:
        jwks_url: where the realm has its keys, https only.
        authorities: certificates as PEM; the system's are trusted without any.
        bucket: where the keys are published.
        key: the object there.
        token_lifetime: for how long a key that the realm has dropped is kept.
    """

    jwks_url: str
    authorities: str
    bucket: str
    key: str
    token_lifetime: timedelta


def parse_settings(environment: Mapping[str, str]) -> Settings:
    """The function's settings. Raises InvalidSettings."""
    if problems := [*_problems(environment)]:
        raise InvalidSettings(problems)
    return Settings(
        jwks_url=environment["JWKS_URL"],
        authorities=environment.get("AUTHORITIES", ""),
        bucket=environment["KEYS_BUCKET"],
        key=environment["KEYS_KEY"],
        token_lifetime=timedelta(minutes=int(environment["TOKEN_LIFETIME_MINUTES"])),
    )


def _problems(environment: Mapping[str, str]) -> Iterator[str]:
    for name in _REQUIRED:
        if not environment.get(name):
            yield f"{name} is missing"
    url, minutes = environment.get("JWKS_URL", ""), environment.get("TOKEN_LIFETIME_MINUTES", "")
    if url and not (urlsplit(url).scheme == "https" and urlsplit(url).hostname):
        yield f"JWKS_URL is {url!r}, no address that begins with https://"
    if minutes and not (minutes.isdecimal() and 1 <= int(minutes) <= _MOST_MINUTES):
        yield f"TOKEN_LIFETIME_MINUTES is {minutes!r}, no whole number of 1 to {_MOST_MINUTES}"
    if authorities := environment.get("AUTHORITIES", ""):
        try:
            ssl.create_default_context(cadata=authorities)
        except (ssl.SSLError, ValueError) as error:
            yield f"AUTHORITIES are no certificates as PEM: {error}"
