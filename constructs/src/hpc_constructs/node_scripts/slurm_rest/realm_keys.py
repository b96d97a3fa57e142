"""A realm's public keys, read strictly: a set of keys that is in doubt is no set of keys.

Source: RFC 7517 (JSON Web Key) and RFC 7518, section 6.3 (RSA).
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from .settings import RestFailure

LARGEST_BYTES = 64 * 1024
_MOST_KEYS = 32
_LONGEST_KID = 256
_BITS = range(2048, 8193)
_PRIVATE = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}


@dataclass(frozen=True)
class PublicKey:
    """RSA's two numbers."""

    modulus: int
    exponent: int


def parse_keys(text: bytes) -> dict[str, PublicKey]:
    """The keys that sign with RS256, by `kid`; those for encryption, and other kinds, are left out.

    Raises:
        RestFailure: it is no JWKS, has no such key, or has one that is incomplete, too short, twice
            there, or private.
    """
    if len(text) > LARGEST_BYTES:
        raise RestFailure(f"the realm's keys have {len(text)} bytes; at most {LARGEST_BYTES}")
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise RestFailure("the realm's keys are not JSON") from None
    entries = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise RestFailure("the realm's keys are no object that has a list 'keys' of objects")
    if len(entries) > _MOST_KEYS:
        raise RestFailure(f"the realm has {len(entries)} keys; at most {_MOST_KEYS}")
    found: dict[str, PublicKey] = {}
    for entry in entries:
        private = sorted(_PRIVATE & set(entry))
        if private:
            raise RestFailure(f"a key of the realm's has the private members {private}")
        if (entry.get("kty"), entry.get("use"), entry.get("alg")) != ("RSA", "sig", "RS256"):
            continue
        kid = entry.get("kid")
        if not isinstance(kid, str) or not 0 < len(kid) <= _LONGEST_KID:
            raise RestFailure(
                f"a key of the realm's has no 'kid' of 1 to {_LONGEST_KID} characters"
            )
        if kid in found:
            raise RestFailure(f"two keys of the realm's have the kid {kid!r}")
        found[kid] = _public_key(kid, entry)
    if not found:
        raise RestFailure("the realm has no key with kty RSA, use sig and alg RS256")
    return found


def _public_key(kid: str, entry: dict[str, object]) -> PublicKey:
    modulus, exponent = (_number(kid, name, entry.get(name)) for name in ("n", "e"))
    if modulus.bit_length() not in _BITS or not modulus % 2:
        raise RestFailure(
            f"the key {kid!r} has {modulus.bit_length()} bits, or an even modulus; allowed: an odd"
            f" one of {_BITS.start} to {_BITS.stop - 1} bits"
        )
    if exponent <= 1 or not exponent % 2 or exponent >= 1 << 32:
        raise RestFailure(f"the key {kid!r} has no odd exponent of 3 to 2^32")
    return PublicKey(modulus, exponent)


def _number(kid: str, name: str, text: object) -> int:
    try:
        if not isinstance(text, str) or not text.isascii():
            raise ValueError
        padded = text + "=" * (-len(text) % 4)
        return int.from_bytes(base64.b64decode(padded, altchars=b"-_", validate=True), "big")
    except (ValueError, binascii.Error):
        raise RestFailure(f"the key {kid!r} has no '{name}' in base64url") from None


class KeptKeys:
    """Those of a file, read again when it is another; one that is broken changes nothing."""

    def __init__(self, file: Path, tell: Callable[[str], None]) -> None:
        """The file may come later."""
        self._file = file
        self._tell = tell
        self._seen: tuple[int, int, int] | None = None
        self._keys: dict[str, PublicKey] = {}

    def keys(self) -> dict[str, PublicKey]:
        """By `kid`; none before the first good file."""
        try:
            found = self._file.stat()
            seen = (found.st_ino, found.st_mtime_ns, found.st_size)
            if seen != self._seen:
                self._seen = seen
                with self._file.open("rb") as file:
                    self._keys = parse_keys(file.read(LARGEST_BYTES + 1))
                self._tell(f"the realm's keys are {sorted(self._keys)}")
        except RestFailure as failure:
            self._tell(f"{self._file}: {failure}; those from before stay")
        except OSError as error:
            if self._seen is not None:
                self._tell(f"{self._file}: {error.strerror}; the keys from before stay")
                self._seen = None
        return self._keys
