"""The expectation of who can reach whom, and `docs/reachability.md` rendered from it."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import yaml

TABLE = Path(__file__).parent.parent / "tests" / "cdk_app" / "reachability.yaml"
EVERYTHING = "everything"

# Hosts that are there only where Keycloak is in the Main VPC.
_ONLY_WITH_KEYCLOAK = frozenset({"realm keys", "Keycloak"})

_INTRODUCTION = """\
# Who can reach whom

Rendered from tests/cdk_app/reachability.yaml, which is written by hand; don't edit. The test beside
it computes the same from the synthesised templates (routes, network ACLs both ways, security
groups, endpoints), with 2, 16 and 185 cluster subnets, and fails if they differ. A and B are any
two clusters.

It computes it once more with Keycloak in the Main VPC (`slurm_rest.keys.keycloak_subnets`). Then
there are two more: *realm keys*, the function that publishes its realm's keys, and *Keycloak*,
which is whatever is in these subnets. Rows that hold only then, or only else, say *with Keycloak*
or *without Keycloak*; all others hold in both.

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
        keycloak: whether it holds only where Keycloak is in the Main VPC, or only where it isn't.
        spelling: sources and targets as the table has them.
    """

    sources: tuple[str, ...]
    targets: tuple[str, ...]
    ports: tuple[int, ...] | str
    stops: frozenset[str]
    keycloak: bool | None
    spelling: tuple[str, str]

    def pairs(self, *, keycloak: bool) -> Iterator[tuple[str, str]]:
        """Each source with each target, where Keycloak is in the Main VPC or where it isn't."""
        if self.keycloak not in (None, keycloak):
            return
        for pair in product(self.sources, self.targets):
            if keycloak or _ONLY_WITH_KEYCLOAK.isdisjoint(pair):
                yield pair


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
        keycloak=row.get("keycloak"),
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
            *(_line(*_said(row), _ports(row)) for row in rows if row.ports),
            "",
            "## All pairs",
            "",
            *_matrix(rows),
            "",
            _STOPS,
            "| from | to | stopped by |",
            "|---|---|---|",
            *(_line(*_said(row), "; ".join(sorted(row.stops))) for row in rows if row.stops),
            "",
        ]
    )


def _matrix(rows: Sequence[Expected]) -> Iterator[str]:
    cells = {pair: _ports(row) or "-" for row in rows for pair in row.pairs(keycloak=True)}
    sources = list(dict.fromkeys(source for source, _ in cells))
    targets = list(dict.fromkeys(target for _, target in cells))
    yield "With Keycloak. A dash is no path; an empty cell is not ours to say.\n"
    yield _line("from ↓ to →", *targets)
    yield "|---" * (len(targets) + 1) + "|"
    for source in sources:
        yield _line(source, *(cells.get((source, target), "") for target in targets))


def _said(row: Expected) -> tuple[str, str]:
    source, target = row.spelling
    if row.keycloak is None:
        return source, target
    return f"{source} ({'with' if row.keycloak else 'without'} Keycloak)", target


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
