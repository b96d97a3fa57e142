"""What the pass knows: public keys, and what is published of them."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Key:
    """A public key of RSA for signatures with RS256.

    Attributes:
        kid: its name, by which tokens say who signed them.
        modulus: in base64url, without padding or leading zeros.
        exponent: the same.
        kept_until: when a key that the realm has dropped goes; None while the realm has it.
    """

    kid: str
    modulus: str
    exponent: str
    kept_until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Published:
    """What nodes find.

    Attributes:
        text: the object, whatever it is.
        version: of the object, for a write on condition.
        at: when it was written, which each good pass does.
    """

    text: bytes
    version: str
    at: datetime
