"""Measures are printed in the embedded metric format."""

import json
from typing import Any

import pytest

from cluster_api.aws.meter import EmbeddedMetrics
from cluster_api.measures import METRICS, Measure


def printed(capsys: pytest.CaptureFixture[str], *measures: Measure) -> list[dict[str, Any]]:
    EmbeddedMetrics().tell(measures)
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def measure(name: str, value: float, of: str | None = None) -> Measure:
    [metric] = [metric for metric in METRICS if metric.name == name]
    return Measure(metric=metric, value=value, of=of)


def test_what_has_the_same_dimensions_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(
        capsys,
        measure("ClustersByState", 2, "CREATE_FAILED"),
        measure("OverdueClusters", 1),
        measure("LongestInStateSeconds", 90.5, "CREATE_FAILED"),
        measure("ClustersByState", 3, "CREATE_COMPLETE"),
    )

    [failed, overdue, complete] = lines
    [directive] = failed["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "HpcProvisioner"
    assert [sorted(names) for names in directive["Dimensions"]] == [["State", "service"]]
    assert {each["Name"]: each["Unit"] for each in directive["Metrics"]} == {
        "ClustersByState": "Count",
        "LongestInStateSeconds": "Seconds",
    }
    assert (failed["State"], failed["service"]) == ("CREATE_FAILED", "reconciler")
    assert failed["LongestInStateSeconds"] == [90.5]
    assert overdue["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["service"]]
    assert complete["ClustersByState"] == [3]


def test_one_line_knows_nothing_of_another(capsys: pytest.CaptureFixture[str]) -> None:
    first = printed(capsys, measure("Failures", 1, "Code"))

    second = printed(capsys, measure("FailedCreations", 1))

    assert first[0]["Code"] == "Code"
    assert "Code" not in second[0]
    assert "Failures" not in second[0]


def test_nothing_to_tell_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys) == []


def test_every_metric_has_a_name_of_its_own() -> None:
    names = [metric.name for metric in METRICS]

    assert len(set(names)) == len(names)
