"""The public half of an OpenSSH private key, which the format holds in clear."""

import base64
import binascii
import re
import struct

from cluster_api.errors import UnreadableKey

_MAGIC = b"openssh-key-v1\0"
_ARMOUR = re.compile(
    r"\s*-----BEGIN OPENSSH PRIVATE KEY-----(?P<body>[A-Za-z0-9+/=\s]+)"
    r"-----END OPENSSH PRIVATE KEY-----\s*"
)


def public_key(private_key: str) -> str:
    """`ssh-ed25519 AAAA…`, without a comment, of an unencrypted private key.

    Source: PROTOCOL.key of OpenSSH: magic, cipher, kdf, its options, a count, the public keys.
    """
    armoured = _ARMOUR.fullmatch(private_key)
    if armoured is None:
        raise UnreadableKey("has not the form BEGIN/END OPENSSH PRIVATE KEY")
    try:
        blob = base64.b64decode("".join(armoured["body"].split()), validate=True)
        key = _first_public_key(blob)
        algorithm, _ = _string(key, 0)
        return f"{algorithm.decode('ascii')} {base64.b64encode(key).decode('ascii')}"
    except (binascii.Error, struct.error, UnicodeDecodeError, IndexError):
        raise UnreadableKey("is damaged") from None


def _first_public_key(blob: bytes) -> bytes:
    if not blob.startswith(_MAGIC):
        raise IndexError
    offset = len(_MAGIC)
    for _ in ("cipher", "kdf", "kdf options"):
        _, offset = _string(blob, offset)
    key, _ = _string(blob, offset + struct.calcsize(">I"))
    return key


def _string(blob: bytes, offset: int) -> tuple[bytes, int]:
    (length,) = struct.unpack_from(">I", blob, offset)
    start = offset + struct.calcsize(">I")
    if start + length > len(blob):
        raise IndexError
    return blob[start : start + length], start + length
