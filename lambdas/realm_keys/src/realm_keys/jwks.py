"""A set of public keys as JSON, read strictly and written in one form.

Nodes read what is written here as strictly, and take none of it if they doubt any of it. Source:
RFC 7517 (JSON Web Key), RFC 7518, section 6.3 (RSA).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.algorithms import RSAAlgorithm
from jwt.exceptions import InvalidKeyError

from realm_keys.errors import KeysRefused
from realm_keys.model import Key

LARGEST_BYTES = 64 * 1024
MOST_KEYS = 32
_LONGEST_KID = 256
_BITS = range(2048, 8193)
_LARGEST_EXPONENT = 1 << 32
_OURS = {"kty": "RSA", "use": "sig", "alg": "RS256"}
_PRIVATE = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}
_NO_KEYS = "they are no object that has a list 'keys' of objects"
_REALM, _KEPT_UNTIL = "hpc:realm", "hpc:kept_until"
"""Ours: of the whole, and of a key. Who doesn't know a member ignores it (RFC 7517, section 4)."""


def parse_keys(text: bytes) -> dict[str, Key]:
    """The realm's keys that sign with RS256, by `kid`; encryption's and other kinds are left out.

    Raises:
        KeysRefused: it is no JWKS, has no such key, or one that is incomplete, too short, twice
            there, or private.
    """
    found: dict[str, Key] = {}
    for entry in _entries(_document(text)):
        if private := sorted(_PRIVATE & set(entry)):
            raise KeysRefused(f"one has the private members {private}")
        if any(entry.get(name) != value for name, value in _OURS.items()):
            continue
        key = _key(entry)
        if key.kid in found:
            raise KeysRefused(f"two have the kid {key.kid!r}")
        found[key.kid] = key
    if not found:
        raise KeysRefused(f"none has {', '.join(f'{n} {v}' for n, v in _OURS.items())}")
    return found


def parse_published(text: bytes, *, realm: str) -> dict[str, Key]:
    """The keys that `rendered` wrote for this realm, or that somebody has put there by hand.

    Raises:
        KeysRefused: as `parse_keys`, or they are of another realm, or it says until when a key is
            kept and that is no moment.
    """
    keys = parse_keys(text)
    document = _document(text)
    # Without a name they were put there by hand, and are this realm's.
    if (named := document.get(_REALM, realm)) != realm:
        raise KeysRefused(f"they are those of {str(named)[:200]!r}, not of {realm!r}")
    until = {str(entry.get("kid")): entry.get(_KEPT_UNTIL) for entry in _entries(document)}
    return {kid: replace(key, kept_until=_moment(until[kid])) for kid, key in keys.items()}


def rendered(keys: Iterable[Key], *, realm: str) -> bytes:
    """As nodes read it; the same keys in any order are the same text. `realm` is their address."""
    entries = [_entry(key) for key in sorted(keys, key=lambda key: key.kid)]
    return json.dumps({_REALM: realm, "keys": entries}, indent=1).encode() + b"\n"


def _document(text: bytes) -> dict[str, object]:
    if len(text) > LARGEST_BYTES:
        raise KeysRefused(f"they have more than {LARGEST_BYTES} bytes")
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise KeysRefused("they are not JSON") from None
    if not isinstance(document, dict):
        raise KeysRefused(_NO_KEYS)
    return document


def _entries(document: Mapping[str, object]) -> list[dict[str, object]]:
    entries = document.get("keys")
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise KeysRefused(_NO_KEYS)
    if len(entries) > MOST_KEYS:
        raise KeysRefused(f"there are {len(entries)}; at most {MOST_KEYS}")
    return entries


def _key(entry: Mapping[str, object]) -> Key:
    kid = entry.get("kid")
    if not isinstance(kid, str) or not 0 < len(kid) <= _LONGEST_KID:
        raise KeysRefused(f"one has no 'kid' of 1 to {_LONGEST_KID} characters")
    public = _public(kid, entry)
    numbers = public.public_numbers()
    if public.key_size not in _BITS or not numbers.n % 2:
        raise KeysRefused(
            f"the key {kid!r} has {public.key_size} bits, or an even modulus; allowed: an odd one"
            f" of {_BITS.start} to {_BITS.stop - 1} bits"
        )
    if not numbers.e % 2 or not 1 < numbers.e < _LARGEST_EXPONENT:
        raise KeysRefused(f"the key {kid!r} has no odd exponent of 3 to 2^32")
    written = RSAAlgorithm.to_jwk(public, as_dict=True)
    return Key(kid=kid, modulus=str(written["n"]), exponent=str(written["e"]))


def _public(kid: str, entry: Mapping[str, object]) -> RSAPublicKey:
    members = {name: entry.get(name) for name in ("kty", "n", "e")}
    if not all(isinstance(value, str) for value in members.values()):
        raise KeysRefused(f"the key {kid!r} lacks 'n' or 'e'")
    try:
        key = RSAAlgorithm.from_jwk(members)
    except (InvalidKeyError, UnsupportedAlgorithm, ValueError, OverflowError):
        raise KeysRefused(f"the key {kid!r} has no 'n' and 'e' that make a key of RSA") from None
    if not isinstance(key, RSAPublicKey):
        raise KeysRefused(f"the key {kid!r} is no public key")
    return key


def _entry(key: Key) -> dict[str, str]:
    kept = {_KEPT_UNTIL: key.kept_until.isoformat()} if key.kept_until else {}
    return {"kid": key.kid, **_OURS, "n": key.modulus, "e": key.exponent, **kept}


def _moment(value: object) -> datetime | None:
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise KeysRefused(f"{_KEPT_UNTIL} is {str(value)[:40]!r}, no moment with its time zone")
    return moment
