"""Buckets, prefixes and paths as the arguments name them; nothing that a unit file would expand."""

from __future__ import annotations

import re

from .failure import NodeFailure
from .wishes import S3Mount

# A unit's name is made of the path, where a hyphen would have to be escaped: so there is none.
_PATH = r"(?P<path>[a-z]+(?:/[a-z]+)*)"
_BUCKET = r"(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])"
_SEGMENT = r"(?!\.{1,2}/)[A-Za-z0-9._-]+/"
_IF = re.compile(r"(true|false):(.*)", re.DOTALL)
_MOUNT = re.compile(rf"{_PATH}={_BUCKET}(?:/(?P<prefix>(?:{_SEGMENT})*))?")


def s3_mount(text: str) -> S3Mount:
    """`project/private=bucket/lab/project/` as a mount.

    Raises:
        NodeFailure: it is written otherwise.
    """
    found = _MOUNT.fullmatch(text)
    if not found:
        raise NodeFailure(
            f"--s3-mount is '{text}'; allowed: PATH=BUCKET or PATH=BUCKET/PREFIX/, where PATH is of"
            " lower case words with / between, and PREFIX of letters, digits, ., _, - and /"
        )
    return S3Mount(found["path"], found["bucket"], found["prefix"] or "")


def s3_mount_if(text: str) -> list[S3Mount]:
    """`true:benchmark=bucket/` as a mount, and `false:benchmark=bucket/` as none.

    Raises:
        NodeFailure: it is written otherwise.
    """
    found = _IF.fullmatch(text)
    if not found:
        raise NodeFailure(
            f"--s3-mount-if is '{text}'; allowed: true: or false:, then as --s3-mount"
        )
    mount = s3_mount(found[2])
    return [mount] if found[1] == "true" else []
