"""The table of the points at which requests were interrupted, printed when the tests are over."""

from collections import defaultdict
from dataclasses import dataclass, field

import pytest

from cluster_api_points import SCENARIOS, Point

_COLUMNS = ("died before", "died after", "denied", "throttled", "timed_out")


@dataclass
class PointsTried:
    """What was tried at each point, and by what it was made good."""

    tried: dict[tuple[str, int], dict[str, set[str]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(set))
    )

    def add(self, point: Point, what: str, made_good: str) -> None:
        """Note that this held."""
        self.tried[point.scenario.name, point.number][what].add(made_good)

    def lines(self) -> list[str]:
        """The table; an empty cell was not tried, or did not hold."""
        widths = (24, 22, *(20 for _ in _COLUMNS))
        rows = [("request", "call", *(column.replace("_", " ") for column in _COLUMNS))]
        for scenario in SCENARIOS:
            for number, call in enumerate(scenario.calls):
                if cells := self.tried.get((scenario.name, number)):
                    made_good = (" ".join(sorted(cells.get(each, ()))) for each in _COLUMNS)
                    rows.append((scenario.name, f"{number + 1} {call}", *made_good))
        return [
            "".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in rows
        ]


POINTS_TRIED = pytest.StashKey[PointsTried]()


def print_points_tried(reporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """The table, where there is one."""
    points_tried = config.stash.get(POINTS_TRIED, None)
    if points_tried is not None and points_tried.tried:
        reporter.section("where requests were interrupted, and what made it good")
        for line in points_tried.lines():
            reporter.line(line)
