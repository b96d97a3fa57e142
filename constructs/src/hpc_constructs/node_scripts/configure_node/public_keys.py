"""Public SSH keys as they may stand in an authorized_keys file: no option, no comment."""

from __future__ import annotations

import base64
import binascii
import struct

from .failure import NodeFailure

_TYPE = "ssh-ed25519"
# RFC 8709: the name of the type and 32 bytes of key, each after its length.
_HEADER = struct.pack(">I", len(_TYPE)) + _TYPE.encode() + struct.pack(">I", 32)


def checked_key(name: str, key: str) -> str:
    """The user's key, if it is an Ed25519 key and nothing else.

    Raises:
        NodeFailure: it is not.
    """
    type_, _, encoded = key.partition(" ")
    try:
        decoded = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        decoded = b""
    if type_ != _TYPE or not decoded.startswith(_HEADER) or len(decoded) != len(_HEADER) + 32:
        raise NodeFailure(
            f"the public key of user '{name}' is '{key}'; allowed: '{_TYPE} ' and 68 characters"
            " of base64, with neither options nor comment"
        )
    return key
