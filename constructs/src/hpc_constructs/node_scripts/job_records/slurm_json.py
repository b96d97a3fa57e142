"""What Slurm's JSON holds, whichever of its versions wrote it.

Numbers came as `3` first, and are `{"set": true, "infinite": false, "number": 3}` since Slurm
24.05; states were a word, and are a list of words since 23.11. Source: Slurm's data_parser plugins.
"""

from __future__ import annotations

from collections.abc import Mapping

Json = Mapping[str, object]

_NO_TIMES = (0, 0xFFFFFFFE, 0xFFFFFFFF)


def part(value: object, *names: str) -> object:
    """What is below these names, one in the other; None if there is no such thing."""
    for name in names:
        if not isinstance(value, Mapping):
            return None
        value = value.get(name)
    return value


def number(value: object) -> int | None:
    """A number that is set and finite."""
    if isinstance(value, Mapping):
        if value.get("set") is False or value.get("infinite") is True:
            return None
        value = value.get("number")
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return int(value)


def moment(value: object) -> int | None:
    """A point in time, in seconds since 1970; Slurm's 0, NO_VAL and INFINITE are none."""
    seconds = number(value)
    return None if seconds in _NO_TIMES else seconds


def text(value: object) -> str | None:
    """A string with something in it; Slurm's `(null)` has nothing in it."""
    return value if isinstance(value, str) and value and "(null)" not in value else None


def words(value: object) -> tuple[str, ...]:
    """A list of words, such as a state and its flags."""
    if isinstance(value, str):
        return (value,)
    every = value if isinstance(value, (list, tuple)) else ()
    return tuple(word for word in every if isinstance(word, str))


def objects(value: object) -> tuple[Json, ...]:
    """A list of objects."""
    every = value if isinstance(value, (list, tuple)) else ()
    return tuple(each for each in every if isinstance(each, Mapping))
