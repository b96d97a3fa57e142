"""What a file is besides its content, as FSx keeps it in the metadata of the file's object.

Source: FSx for Lustre user guide, "POSIX metadata support for data repositories".
"""

import os
import stat
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

PREFIX = "x-amz-meta-"
WRITER = {f"{PREFIX}user-agent": "aws-fsx-lustre"}
# Of an object that has none.
_USUAL_MODE = 0o755
_OF_FILES, _OF_DIRECTORIES = 0o777, 0o3777  # no setuid, which FSx doesn't import


@dataclass(frozen=True, kw_only=True)
class Attributes:
    """Of a file, a directory or a symbolic link: `mode` as in stat(2), its kind included."""

    mode: int
    owner: int = 0
    group: int = 0
    changed_ns: int | None = None

    @classmethod
    def of(cls, found: os.stat_result) -> Self:
        """Those of what is on a file system."""
        return cls(
            mode=found.st_mode,
            owner=found.st_uid,
            group=found.st_gid,
            changed_ns=found.st_mtime_ns,
        )

    @classmethod
    def read(cls, headers: Mapping[str, str], *, kind: int) -> Self:
        """Those that an object's metadata say; `kind` if they don't say what it is."""
        told = {name: headers.get(f"{PREFIX}file-{name}", "") for name in _NAMES}
        mode = _number(told["permissions"], 8)
        return cls(
            mode=kind | _USUAL_MODE if mode is None else mode if stat.S_IFMT(mode) else kind | mode,
            owner=_number(told["owner"]) or 0,
            group=_number(told["group"]) or 0,
            changed_ns=_number(told["mtime"].removesuffix("ns")),
        )

    def headers(self) -> dict[str, str]:
        """As the metadata of an object that FSx writes."""
        return {
            **WRITER,
            f"{PREFIX}file-permissions": f"{self.mode:07o}",
            f"{PREFIX}file-owner": str(self.owner),
            f"{PREFIX}file-group": str(self.group),
            f"{PREFIX}file-mtime": f"{self.changed_ns}ns",
        }

    def give(self, descriptor: int) -> None:
        """Give them to a file or directory; its owner only if we are root."""
        if os.geteuid() == 0:
            os.fchown(descriptor, self.owner, self.group)
        kept = _OF_DIRECTORIES if stat.S_ISDIR(self.mode) else _OF_FILES
        os.fchmod(descriptor, self.mode & kept)
        if self.changed_ns is not None:
            os.utime(descriptor, ns=(self.changed_ns, self.changed_ns))


_NAMES = ("permissions", "owner", "group", "mtime")


def _number(text: str, base: int = 10) -> int | None:
    with suppress(ValueError):
        return int(text, base)
    return None
