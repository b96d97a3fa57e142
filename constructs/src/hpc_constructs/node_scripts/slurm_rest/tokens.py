"""Tokens: the realm's are verified, and Slurm's are signed with the key that is this node's own.

Slurm alone checks neither issuer, audience nor `nbf`. Source: Slurm's documentation, "JSON Web
Tokens"; RFC 7519.
"""

from __future__ import annotations

import time
from collections.abc import Mapping

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers

from .realm_keys import PublicKey
from .refusals import NoKeys, Unverified
from .settings import Settings

LARGEST_TOKEN_BYTES = 12 * 1024
SECONDS_OF_SLURMS = 300
"""Longer than a request may take, whose body is read after it was admitted."""
_ALGORITHM = "RS256"
_REQUIRED = ["aud", "exp", "iat", "iss"]
# By exception, from the special to the general; none says a word of the token's.
_REASONS = (
    (jwt.ExpiredSignatureError, "the token has expired"),
    (jwt.ImmatureSignatureError, "the token is not valid yet"),
    (jwt.InvalidIssuerError, "the token is another issuer's"),
    (jwt.InvalidAudienceError, "the token is for another audience"),
    (jwt.MissingRequiredClaimError, f"the token lacks one of {', '.join(_REQUIRED)}"),
    (jwt.InvalidSignatureError, "the token's signature is wrong"),
)


def bearer_token(authorization: str | None) -> str:
    """The token of a header `Authorization: Bearer …`.

    Raises:
        Unverified: there is none, or it is too long.
    """
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unverified("the header 'Authorization: Bearer TOKEN' is missing")
    if len(token) > LARGEST_TOKEN_BYTES:
        raise Unverified(f"the token is longer than {LARGEST_TOKEN_BYTES} bytes")
    return token.strip()


def verified_claims(
    token: str, keys: Mapping[str, PublicKey], settings: Settings
) -> dict[str, object]:
    """What the token claims, if the realm signed it for us and it is valid now.

    Raises:
        NoKeys: there are no keys to verify it with.
        Unverified: it isn't such a token.
    """
    if not keys:
        raise NoKeys("the realm's keys have not come to this cluster yet: try again in a minute")
    try:
        header = jwt.get_unverified_header(token)
        kid = header.get("kid")
        if header.get("alg") != _ALGORITHM or "crit" in header:
            raise Unverified(f"the token is not signed with {_ALGORITHM}")
        if not isinstance(kid, str) or kid not in keys:
            raise Unverified("the token is signed with a key that is none of the realm's")
        key = keys[kid]
        claims: dict[str, object] = jwt.decode(
            token,
            RSAPublicNumbers(key.exponent, key.modulus).public_key(),
            algorithms=[_ALGORITHM],
            audience=settings.audience,
            issuer=settings.issuer,
            leeway=settings.leeway_seconds,
            options={"require": _REQUIRED},
        )
    except jwt.PyJWTError as error:
        known = (reason for kind, reason in _REASONS if isinstance(error, kind))
        raise Unverified(next(known, "the token can't be read")) from None
    except (ValueError, TypeError, RecursionError, OverflowError):
        raise Unverified("the token can't be read") from None
    return claims


class SlurmTokens:
    """Signs for Slurm."""

    def __init__(self, *, key: bytes, kid: str) -> None:
        """`key` is the private key as PEM, `kid` its name in Slurm's JWKS."""
        self._key = key
        self._kid = kid

    def of(self, user: str) -> str:
        """A token with which its bearer is this user in Slurm, for a few minutes."""
        now = int(time.time())
        claims = {"sun": user, "iat": now, "exp": now + SECONDS_OF_SLURMS}
        return jwt.encode(claims, self._key, algorithm=_ALGORITHM, headers={"kid": self._kid})
