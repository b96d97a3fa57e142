"""A step that failed, in one line."""

from __future__ import annotations

LONGEST = 700
"""Characters, of the 4096 bytes of a reason that ParallelCluster's own words are in too."""


class NodeFailure(Exception):
    """What failed, the value, and what was expected; for an operator who has only this line."""


def one_line(step: str, failure: Exception) -> str:
    """The failure of a step as the one line that says what failed."""
    known = isinstance(failure, NodeFailure)
    what = str(failure) if known else f"unexpected {type(failure).__name__}: {failure}"
    return " ".join(f"configure_node: {step}: {what}".split())[:LONGEST]
