"""The texts of a record, output and script: what of them is kept, and how it is written down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .excerpts import Excerpt, decoded
from .redaction import redacted_script, redacted_text, without_begun, without_ended

Part = dict[str, object]


@dataclass(frozen=True)
class Stream:
    """A job's output stream: where it went, and what was read there.

    Attributes:
        path: the file.
        read: what of it; None if it couldn't be read.
        trouble: why it couldn't.
        same_as: the stream that went to the same file, and has what was read.
    """

    path: str | None
    read: Excerpt | None = None
    trouble: str | None = None
    same_as: str | None = None


def stream_part(stream: Stream | None, secrets: Sequence[str]) -> Part | None:
    """The stream in a record; None if it went nowhere."""
    if stream is None or stream.path is None:
        return None
    part: Part = {"path": redacted_text(stream.path, secrets)}
    if stream.same_as:
        return {**part, "same_as": stream.same_as}
    if stream.read is None:
        return {**part, "trouble": stream.trouble}
    head, tail = _texts(stream.read, secrets)
    return {
        **part,
        "size": stream.read.size,
        "head": redacted_text(head, secrets),
        "tail": redacted_text(tail, secrets),
        "omitted_bytes": stream.read.omitted,
        "is_utf8": _is_utf8(stream.read),
    }


def script_part(script: Excerpt | None, secrets: Sequence[str]) -> Part | None:
    """The batch script in a record; None if there was none."""
    if script is None:
        return None
    head, tail = _texts(script, secrets)
    return {
        "size": script.size,
        "head": redacted_script(head, secrets),
        "tail": redacted_script(tail, secrets),
        "omitted_bytes": script.omitted,
        "is_utf8": _is_utf8(script),
    }


def _texts(read: Excerpt, secrets: Sequence[str]) -> tuple[str, str]:
    head, tail = _decoded(read)
    if not read.tail:
        return head, tail
    return without_begun(head, secrets), without_ended(tail, secrets)


def _decoded(read: Excerpt) -> tuple[str, str]:
    cut = bool(read.tail)
    return decoded(read.head, cut_after=cut), decoded(read.tail, cut_before=cut)


def _is_utf8(read: Excerpt) -> bool:
    return "\ufffd" not in "".join(_decoded(read))
