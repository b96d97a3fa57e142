"""The metrics that a template's dashboards and alarms name, as CloudWatch would ask for them."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from synthesised import Template, resources

_SEARCH = re.compile(r"SEARCH\('\{([^,}]+),([^}]+)\} MetricName=\"(\w+)\"[^']*', '(\w+)'")
_OPTIONS = {"stat", "period", "label", "id", "visible", "color", "yAxis", "expression", "region"}


@dataclass(frozen=True, kw_only=True)
class Observed:
    """A metric that somebody looks at; `values` is None for a search, which takes all."""

    where: str
    namespace: str
    name: str
    dimensions: tuple[str, ...]
    statistic: str
    values: tuple[str, ...] | None = None

    @property
    def by(self) -> dict[str, str]:
        """Its dimensions with their values."""
        return dict(zip(self.dimensions, self.values or (), strict=True))


def observed(template: Template) -> list[Observed]:
    """Those of a template."""
    alarms = resources(template, "AWS::CloudWatch::Alarm").values()
    return [
        *(of_alarm(each["Properties"]) for each in alarms),
        *of_dashboard(dashboard_body(template)),
    ]


def dashboard_body(template: Template) -> dict[str, Any]:
    """The body of the one dashboard, references as `<Name>`."""
    [dashboard] = resources(template, "AWS::CloudWatch::Dashboard").values()
    body: dict[str, Any] = json.loads(text(dashboard["Properties"]["DashboardBody"]))
    return body


def text(value: Any) -> str:
    """A text of a template, whatever CloudFormation would put in as `<…>`."""
    if isinstance(value, str):
        return value
    if "Fn::Join" in value:
        separator, parts = value["Fn::Join"]
        return str(separator).join(text(part) for part in parts)
    [(function, of)] = value.items()
    return f"<{of if isinstance(of, str) else function}>"


def of_alarm(alarm: Mapping[str, Any]) -> Observed:
    """The metric of an alarm, as CloudFormation and DescribeAlarms write it."""
    return _observed(
        alarm["AlarmName"],
        alarm["Namespace"],
        alarm["MetricName"],
        {each["Name"]: text(each["Value"]) for each in alarm["Dimensions"]},
        alarm.get("Statistic") or alarm["ExtendedStatistic"],
    )


def of_dashboard(body: Mapping[str, Any]) -> Iterator[Observed]:
    """The metrics of a dashboard's widgets."""
    for widget in body["widgets"]:
        properties = widget["properties"]
        for row in properties.get("metrics", []):
            options = row[-1] if isinstance(row[-1], dict) else {}
            assert set(options) <= _OPTIONS, options
            where = properties["title"]
            if "expression" in options:
                yield from _searched(where, options["expression"])
                continue
            namespace, name, *pairs = [each for each in row if isinstance(each, str)]
            by = dict(zip(pairs[::2], pairs[1::2], strict=True))
            yield _observed(where, namespace, name, by, options.get("stat", "Average"))


def _searched(where: str, expression: str) -> Iterator[Observed]:
    assert expression.count("SEARCH") == len(_SEARCH.findall(expression)), expression
    for namespace, dimensions, name, statistic in _SEARCH.findall(expression):
        yield Observed(
            where=where,
            namespace=namespace,
            name=name,
            dimensions=tuple(sorted(dimensions.split(","))),
            statistic=statistic,
        )


def _observed(
    where: str, namespace: str, name: str, by: Mapping[str, str], statistic: str
) -> Observed:
    ordered = dict(sorted(by.items()))
    return Observed(
        where=where,
        namespace=namespace,
        name=name,
        dimensions=tuple(ordered),
        values=tuple(ordered.values()),
        statistic=statistic,
    )
