"""Which environment modules a job had loaded, and how that is known.

Nothing tells all of it: the environment at submission is not what the script loads, and a script
that is killed reaches no trap at its end. So each source is in the record by its name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

SUBMISSION, HOOK, STEP, EXIT = "submission", "module_hook", "step", "exit_trap"
LOADED = "LOADEDMODULES"
_MOST, _LONGEST = 200, 200


@dataclass(frozen=True)
class Trace:
    """What a job left of itself while it ran, in a file of its user's.

    Attributes:
        source: `module_hook`: a name a line, at each load; `step`, `exit_trap`: a list of names,
            with colons between, as the module system keeps it in LOADEDMODULES.
        content: of the file.
    """

    source: str
    content: str


def modules(submitted: Mapping[str, str] | None, traces: Iterable[Trace]) -> dict[str, object]:
    """What the record says: all names that were ever loaded, and each source's own.

    Args:
        submitted: the environment at submission, if it is known.
        traces: what was left.
    """
    by_source: dict[str, list[str]] = {}
    if submitted is not None:
        by_source[SUBMISSION] = _names(submitted.get(LOADED, "").split(":"))
    for trace in traces:
        split = trace.content.split("\n" if trace.source == HOOK else ":")
        known = by_source.setdefault(trace.source, [])
        by_source[trace.source] = _names([*known, *split])
    loaded = sorted({name for names in by_source.values() for name in names})
    return {"loaded": loaded[:_MOST], "by_source": by_source}


def _names(found: Iterable[str]) -> list[str]:
    stripped = (name.strip()[:_LONGEST] for name in found)
    return list(dict.fromkeys(name for name in stripped if name))[:_MOST]
