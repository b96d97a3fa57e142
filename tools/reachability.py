"""The expectation of who can reach whom, and `docs/reachability.md` rendered from it."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

TABLE = Path(__file__).parent.parent / "tests" / "cdk_app" / "reachability.yaml"
EVERYTHING = "everything"

_INTRODUCTION = """\
# Who can reach whom

Rendered from tests/cdk_app/reachability.yaml, which is written by hand; don't edit. The test beside
it computes the same from the synthesised templates (routes, network ACLs both ways, security
groups, endpoints), with 2, 16 and 185 cluster subnets, and fails if they differ. A and B are any
two clusters.

Ports are TCP's. *Everything* is every port and protocol, EFA among it. What isn't named is closed.
"""
_STOPS = """\
## What stops the rest

For each pair the layers that stop every other port, each by itself: one could be missing, and the
next still stops it. In all rows *its* is the caller's. Replies matter because network ACLs keep no
state.
"""


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What is meant to be between some hosts and others.

    Attributes:
        sources: who connects.
        targets: to whom.
        ports: the open ones; `everything` or nothing too.
        stops: the layers that stop every other port.
        spelling: sources and targets as the table has them.
    """

    sources: tuple[str, ...]
    targets: tuple[str, ...]
    ports: tuple[int, ...] | str
    stops: frozenset[str]
    spelling: tuple[str, str]

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Each source with each target."""
        for source in self.sources:
            for target in self.targets:
                yield source, target


def load(file: Path = TABLE) -> list[Expected]:
    """The rows of the table, in its order."""
    content = yaml.safe_load(file.read_text())
    return [_row(row, content["names"]) for row in content["rows"]]


def _row(row: Mapping[str, Any], names: Mapping[str, Sequence[str]]) -> Expected:
    ports = row.get("ports", [])
    return Expected(
        sources=_hosts(row["from"], names),
        targets=_hosts(row["to"], names),
        ports=ports if ports == EVERYTHING else tuple(ports),
        stops=frozenset(row.get("stops", [])),
        spelling=(row["from"], row["to"]),
    )


def _hosts(text: str, names: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    parts = [part.strip() for part in text.split(",")]
    return tuple(host for part in parts for host in names.get(part, [part]))


def render(rows: Sequence[Expected]) -> str:
    """The document."""
    return "\n".join(
        [
            _INTRODUCTION,
            "| from | to | ports |",
            "|---|---|---|",
            *(_line(*row.spelling, _ports(row)) for row in rows if row.ports),
            "",
            "## All pairs",
            "",
            *_matrix(rows),
            "",
            _STOPS,
            "| from | to | stopped by |",
            "|---|---|---|",
            *(_line(*row.spelling, "; ".join(sorted(row.stops))) for row in rows if row.stops),
            "",
        ]
    )


def _matrix(rows: Sequence[Expected]) -> Iterator[str]:
    cells = {pair: _ports(row) or "-" for row in rows for pair in row.pairs()}
    sources = list(dict.fromkeys(source for source, _ in cells))
    targets = list(dict.fromkeys(target for _, target in cells))
    yield "A dash is no path; an empty cell is not ours to say.\n"
    yield _line("from ↓ to →", *targets)
    yield "|---" * (len(targets) + 1) + "|"
    for source in sources:
        yield _line(source, *(cells.get((source, target), "") for target in targets))


def _ports(row: Expected) -> str:
    return row.ports if isinstance(row.ports, str) else ", ".join(map(str, row.ports))


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Write the document to the argument; with `--check` compare only."""
    check, file = "--check" in sys.argv, Path(sys.argv[-1])
    rendered = render(load())
    if not check:
        file.write_text(rendered)
    elif file.read_text() != rendered:
        sys.exit(f"{file} is not what {TABLE} says: run python -m tools.reachability {file}")


if __name__ == "__main__":
    main()
