"""Metrics that come with logs, in the embedded metric format.

ministack stores such a line and makes no metric of it. Here each line that is put into any log
group, by a function or by PutLogEvents, is read as CloudWatch reads it: what isn't of the format is
a line like any other. Not so exact: a directive that CloudWatch would refuse as a whole (more than
100 metrics or 30 dimensions, an unknown unit) gives what can be read of it.

Source: CloudWatch user guide, "Specification: Embedded metric format".
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ministack.services import cloudwatch

from embedded_aws.emulator.seams import wrap

Append = Callable[[Any, Sequence[Mapping[str, Any]]], None]
_MARK = '"_aws"'


@dataclass(frozen=True, kw_only=True)
class Datum:
    """A metric's values of one line, under one set of dimensions; `at` is in epoch seconds."""

    namespace: str
    name: str
    unit: str
    dimensions: Mapping[str, str]
    values: tuple[float, ...]
    at: float


def install() -> None:
    """Read every line that is stored."""
    wrap("services.cloudwatch_logs._append_log_events", _reading)


def _reading(original: Append) -> Append:
    def append(stream: Any, events: Sequence[Mapping[str, Any]]) -> None:
        original(stream, events)
        for event in events:
            for datum in metrics_of(event["message"]):
                cloudwatch._store_datum(
                    datum.namespace,
                    datum.name,
                    dict(datum.dimensions),
                    datum.at,
                    datum.unit,
                    None,
                    datum.values,
                    None,
                    None,
                )

    return append


def metrics_of(message: str) -> Iterator[Datum]:
    """What CloudWatch makes of a line: of each metric one datum a set of dimensions."""
    if _MARK not in message:
        return
    try:
        told = json.loads(message)
        directives = told["_aws"]["CloudWatchMetrics"]
        at = float(told["_aws"]["Timestamp"]) / 1000
    except (ValueError, TypeError, KeyError):
        return
    for directive in directives:
        for names in directive.get("Dimensions") or [[]]:
            dimensions = {name: told.get(name) for name in names}
            if not all(isinstance(value, str) and value for value in dimensions.values()):
                continue
            for metric in directive.get("Metrics", []):
                if values := _numbers(told.get(metric["Name"])):
                    yield Datum(
                        namespace=directive["Namespace"],
                        name=metric["Name"],
                        unit=metric.get("Unit", "None"),
                        dimensions=dimensions,
                        values=values,
                        at=at,
                    )


def _numbers(value: Any) -> tuple[float, ...]:
    values = value if isinstance(value, list) else [value]
    if any(isinstance(each, bool) or not isinstance(each, int | float) for each in values):
        return ()
    return tuple(float(each) for each in values)
