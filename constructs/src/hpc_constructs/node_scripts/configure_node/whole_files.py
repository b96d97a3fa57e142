"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import pwd
from pathlib import Path


def write_whole(file: Path, content: bytes, mode: int, owner: str = "root") -> bool:
    """Write it, and say whether it is another than before; its directory may have to be made."""
    user = pwd.getpwnam(owner)
    file.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    if file.exists() and file.read_bytes() == content:
        file.chmod(mode)
        return False
    new = file.with_name(f"{file.name}.new")
    new.unlink(missing_ok=True)
    new.touch(mode=0o600)
    new.write_bytes(content)
    os.chown(new, user.pw_uid, user.pw_gid)
    new.chmod(mode)
    new.replace(file)
    return True
