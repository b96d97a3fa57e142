"""The arguments about Slurm's REST API: all of a realm, or none."""

from __future__ import annotations

import argparse
import re

from .failure import NodeFailure
from .wishes import SIM, SlurmRest

_ISSUER = re.compile(r"https://[A-Za-z0-9._~:/-]{1,500}")
# They come into answers in JSON, so no quote and no backslash.
_WORD = re.compile(r"[A-Za-z0-9._:/@+=-]{1,300}")
_CLAIM = re.compile(r"[A-Za-z0-9_:/-]+(\.[A-Za-z0-9_:/-]+){0,5}")
_KEYS = re.compile(r"([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])/([A-Za-z0-9._/-]{1,500})")
_NEEDED = ("rest_issuer", "rest_audience", "rest_claim", "rest_admits", "rest_keys")


def add_rest_options(parser: argparse.ArgumentParser) -> None:
    """Add them."""
    parser.add_argument("--rest-issuer", metavar="URL")
    parser.add_argument("--rest-audience", metavar="NAME")
    parser.add_argument("--rest-claim", metavar="NAME.NAME")
    parser.add_argument("--rest-admits", metavar="VALUE")
    parser.add_argument("--rest-keys", metavar="BUCKET/KEY")
    parser.add_argument("--rest-fallback-user", choices=(SIM,))


def slurm_rest(given: argparse.Namespace) -> SlurmRest | None:
    """What they ask for.

    Raises:
        NodeFailure: some are missing, or not allowed.
    """
    missing = [name for name in _NEEDED if getattr(given, name) is None]
    if len(missing) == len(_NEEDED) and given.rest_fallback_user is None:
        return None
    if missing:
        options = ", ".join(f"--{name.replace('_', '-')}" for name in missing)
        raise NodeFailure(f"{options}: with one of --rest-… all of them are needed")
    bucket, key = _checked("--rest-keys", _KEYS, given.rest_keys).groups()
    return SlurmRest(
        issuer=_checked("--rest-issuer", _ISSUER, given.rest_issuer).group(),
        audience=_checked("--rest-audience", _WORD, given.rest_audience).group(),
        claim=_checked("--rest-claim", _CLAIM, given.rest_claim).group(),
        admits=_checked("--rest-admits", _WORD, given.rest_admits).group(),
        fallback_user=given.rest_fallback_user,
        keys_bucket=bucket,
        keys_key=key,
    )


def _checked(option: str, allowed: re.Pattern[str], value: str) -> re.Match[str]:
    found = allowed.fullmatch(value)
    if found is None:
        raise NodeFailure(f"{option} is '{value}'; allowed: {allowed.pattern}")
    return found
