"""A record as one line of JSON that CloudWatch Logs takes as one event."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import Callable

LINE_BYTES = 240 * 1024
"""Below the 256 KiB of an event that every part of CloudWatch Logs is known to take."""
_VALUE_CHARACTERS = 4096
# A pass each, so that what takes a hundred thousand cuts takes no longer than what takes one.
_CHARACTERS = tuple(64 * 2**times for times in reversed(range(11)))
_NO_SHORTER = _CHARACTERS[-1]
_CUT = "[cut]"

Record = dict[str, object]


def fitted_line(record: Record, limit: int = LINE_BYTES) -> bytes:
    """The record in one line of at most `limit` bytes; its longest texts are cut, and named.

    A head keeps its beginning, a tail its end. What is no text, and every text up to 64
    characters, stays; but an environment, steps and modules go that don't fit even so.
    """
    fitted, cut = _copy(record), set[str]()
    if _least(fitted.get("environment")) > limit // 2:
        # Else all that the job wrote would be cut to nothing for its sake.
        _leave_out(fitted, cut, "environment")
    for name, text, put in _texts(fitted):
        if not name.endswith((".head", ".tail")):
            _shorten(name, text, put, _VALUE_CHARACTERS, cut)
    line = _line(fitted, cut)
    for most in _CHARACTERS:
        if len(line) > limit:
            for name, text, put in _texts(fitted):
                _shorten(name, text, put, most, cut)
            line = _line(fitted, cut)
    for name in _LESS:
        if len(line) > limit and name in fitted:
            _leave_out(fitted, cut, name)
            line = _line(fitted, cut)
    return line


_LESS: dict[str, Callable[[], object]] = {
    "environment": lambda: {"source": None, "variables": None},
    "steps": list,
    "modules": lambda: {"loaded": [], "by_source": {}},
}


def _leave_out(record: Record, cut: set[str], name: str) -> None:
    record[name] = _LESS[name]()
    cut.add(name)


def _line(record: Record, cut: set[str]) -> bytes:
    record["cut"] = sorted(cut)
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    # A lone half of a surrogate pair can't be written as UTF-8; a question mark can.
    return text.encode("utf-8", "replace") + b"\n"


Text = tuple[str, str, Callable[[str], None]]


def _texts(record: Record) -> Iterator[Text]:
    """All of the record but its key, by their fields' names; of what is large, by its own."""
    for name, value in record.items():
        if name not in {"key", "cut"}:
            yield from _texts_in(value, partial(record.__setitem__, name), name)


def _texts_in(value: object, put: Callable[[str], None], name: str) -> Iterator[Text]:
    if isinstance(value, str):
        yield name, value, put
    elif isinstance(value, dict):
        for key, each in value.items():
            inner = name if name in _LESS else f"{name}.{key}"
            yield from _texts_in(each, partial(value.__setitem__, key), inner)
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _texts_in(each, partial(value.__setitem__, index), name)


def _least(environment: object) -> int:
    """How many characters an environment has at least when its values are cut."""
    variables = environment.get("variables") if isinstance(environment, dict) else None
    if not isinstance(variables, dict):
        return 0
    return sum(len(name) + min(len(value), _NO_SHORTER) for name, value in variables.items())


def _shorten(name: str, text: str, put: Callable[[str], None], most: int, cut: set[str]) -> None:
    if len(text) <= most:
        return
    if name.endswith(".tail"):
        put(text[-most:])
    else:
        put(text[:most] if name.endswith(".head") else text[: most - len(_CUT)] + _CUT)
    cut.add(name)


def _copy(record: Record) -> Record:
    return {name: _copied(value) for name, value in record.items()}


def _copied(value: object) -> object:
    if isinstance(value, dict):
        return {name: _copied(each) for name, each in value.items()}
    return [_copied(each) for each in value] if isinstance(value, list) else value
