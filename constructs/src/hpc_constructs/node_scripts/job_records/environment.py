"""Environments as Slurm and `env -0` write them: `NAME=value`, with NUL after each."""

from __future__ import annotations

import struct

_COUNT = struct.Struct("=I")


def variables(block: bytes) -> dict[str, str]:
    """The variables of a block; what has no name or no `=` is none."""
    found = {}
    for entry in block.split(b"\0"):
        name, equals, value = entry.partition(b"=")
        if name and equals:
            found[name.decode("utf-8", "replace")] = value.decode("utf-8", "replace")
    return found


def saved_variables(file: bytes) -> dict[str, str] | None:
    """Those of the file `environment` in slurmctld's StateSaveLocation; None if it isn't one.

    In front of the block it has the number of variables, 32 bits in the machine's order. This is
    Slurm's own format, for its own use: a number that doesn't fit means another format.
    """
    if len(file) < _COUNT.size:
        return None
    (count,) = _COUNT.unpack_from(file)
    block = file[_COUNT.size :]
    entries = block.split(b"\0")[:-1] if block.endswith(b"\0") else block.split(b"\0")
    if count > len(entries):
        return None
    return variables(block)
