"""Where a job's output is: Slurm's file name patterns, where Slurm hands them out unexpanded.

Source: Slurm's sbatch page, "filename pattern".
"""

from __future__ import annotations

import os.path
import re
from dataclasses import dataclass

_SYMBOL = re.compile(r"%(\d*)([%AabJjNnstux])")
_PADDED_AT_MOST = 10
_NULL_DEVICE = "/dev/null"


@dataclass(frozen=True)
class Names:
    """What a pattern's symbols stand for, of a batch job.

    Attributes:
        job_id: `%j`, `%J`.
        array_job_id: `%A`; of a job that is in no array its own.
        array_task_id: `%a`, and `%b` modulo ten; none in no array.
        job_name: `%x`.
        user: `%u`.
        node: `%N`, the short host name of its first node; none if that isn't known.
        directory: what relative paths are relative to.
    """

    job_id: int
    array_job_id: int
    array_task_id: int | None
    job_name: str
    user: str
    node: str | None
    directory: str


def expanded(pattern: str, names: Names) -> str | None:
    """The absolute path that a pattern means; None if a symbol stands for what isn't known."""
    if "\\" in pattern:
        # sbatch: a backslash anywhere means that no symbol is replaced.
        return _absolute(pattern.replace("\\", ""), names)
    missing = False

    def value(match: re.Match[str]) -> str:
        nonlocal missing
        symbol = _symbol(match[2], names)
        if symbol is None:
            missing = True
            return match[0]
        width = min(int(match[1] or 0), _PADDED_AT_MOST)
        return symbol.zfill(width) if symbol.isdigit() else symbol

    path = _SYMBOL.sub(value, pattern)
    return None if missing else _absolute(path, names)


def default_pattern(*, array: bool) -> str:
    """Where sbatch sends output that nobody directed."""
    return "slurm-%A_%a.out" if array else "slurm-%j.out"


def output_path(candidates: tuple[str | None, ...], names: Names) -> str | None:
    """The path, by the first of what Slurm said of it that leads to one; None if there's no file.

    Args:
        candidates: what Slurm's programs and hook say, the most reliable first.
        names: for those that are patterns.
    """
    for candidate in candidates:
        path = expanded(candidate, names) if candidate else None
        if path:
            return None if path == _NULL_DEVICE else path
    return None


def _symbol(letter: str, names: Names) -> str | None:
    task = names.array_task_id
    # sbatch's number for "no array task" is what Slurm itself puts there.
    of_task = str(0xFFFFFFFE if task is None else task)
    values = {
        "%": "%",
        "A": str(names.array_job_id),
        "a": of_task,
        "b": str(int(of_task) % 10),
        "J": str(names.job_id),
        "j": str(names.job_id),
        "N": names.node,
        "n": "0",
        "s": "batch",
        "t": "0",
        "u": names.user,
        "x": names.job_name,
    }
    return values[letter]


def _absolute(path: str, names: Names) -> str:
    return os.path.join(names.directory or "/", path)  # noqa: PTH118 - a text, of another's
