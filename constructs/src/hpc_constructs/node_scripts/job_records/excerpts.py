"""A text of bounded size: its head and its tail, whatever bytes it is made of."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

HEAD_BYTES, TAIL_BYTES = 16 * 1024, 48 * 1024

_DECODER = codecs.getincrementaldecoder("utf-8")
# A character's bytes after its first one, of which there are three at most.
_CONTINUATIONS, _LONGEST_CHARACTER = bytes(range(0x80, 0xC0)), 3


@dataclass(frozen=True)
class Excerpt:
    """What is kept of a file.

    Attributes:
        size: of the whole, in bytes.
        head: its first bytes; all of them if it is short.
        tail: its last bytes, if it is not.
    """

    size: int
    head: bytes
    tail: bytes = b""

    @property
    def omitted(self) -> int:
        """How many bytes between head and tail are left out."""
        return max(0, self.size - len(self.head) - len(self.tail))


def excerpt(content: bytes, head: int = HEAD_BYTES, tail: int = TAIL_BYTES) -> Excerpt:
    """That of bytes at hand."""
    if len(content) <= head + tail:
        return Excerpt(len(content), content)
    return Excerpt(len(content), content[:head], content[len(content) - tail :])


def decoded(content: bytes, *, cut_before: bool = False, cut_after: bool = False) -> str:
    """The text of bytes, with U+FFFD for what isn't UTF-8.

    A character that a cut went through is left out: it is no fault of the text's.
    """
    if cut_before:
        begun = content[:_LONGEST_CHARACTER]
        content = begun.lstrip(_CONTINUATIONS) + content[_LONGEST_CHARACTER:]
    return _DECODER("replace").decode(content, final=not cut_after)
