"""What is mounted, as the kernel tells it.

`os.path.ismount` doesn't see a bind mount within one file system, and trips over a dead FUSE one.
"""

from __future__ import annotations

import re
from pathlib import Path

_TABLE = Path("/proc/self/mountinfo")


def is_mounted(path: Path) -> bool:
    """Whether something is mounted at `path`. Source: proc(5), /proc/[pid]/mountinfo."""
    points = (line.split(" ")[4] for line in _TABLE.read_text().splitlines())
    return str(path) in (re.sub(r"\\(\d{3})", _character, point) for point in points)


def _character(octal: re.Match[str]) -> str:
    return chr(int(octal[1], 8))
