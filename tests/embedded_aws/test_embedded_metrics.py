"""CloudWatch makes metrics of lines in the embedded metric format, whoever logs them."""

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aws_account import Account, unique

FUNCTION = """
import json, time

def handler(event, context):
    print("a line like any other")
    print(json.dumps(event | {"_aws": event["_aws"] | {"Timestamp": int(time.time() * 1000)}}))
"""


@pytest.fixture
def namespace() -> str:
    return unique("Namespace")


@pytest.fixture(scope="module")
def stream(account: Account) -> dict[str, str]:
    logs = account.client("logs")
    name = {"logGroupName": unique("metrics"), "logStreamName": "lines"}
    logs.create_log_group(logGroupName=name["logGroupName"])
    logs.create_log_stream(**name)
    return name


def line(namespace: str, dimensions: list[list[str]], **members: Any) -> dict[str, Any]:
    """A document whose metrics are its numbers and lists."""
    metrics = [
        {"Name": name, "Unit": "Count"}
        for name, value in members.items()
        if not isinstance(value, str)
    ]
    directive = {"Namespace": namespace, "Dimensions": dimensions, "Metrics": metrics}
    return {
        "_aws": {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [directive]},
        **members,
    }


def put(account: Account, stream: dict[str, str], *messages: str) -> None:
    now = int(time.time() * 1000)
    events = [{"timestamp": now, "message": message} for message in messages]
    account.client("logs").put_log_events(**stream, logEvents=events)


def sums(account: Account, namespace: str, name: str) -> dict[str, tuple[float, float]]:
    """Sum and number of values, by the dimensions as text."""
    cloudwatch = account.client("cloudwatch")
    found = {}
    for metric in cloudwatch.list_metrics(Namespace=namespace, MetricName=name)["Metrics"]:
        [point] = cloudwatch.get_metric_statistics(
            Namespace=namespace,
            MetricName=name,
            Dimensions=metric["Dimensions"],
            StartTime=datetime.now(UTC) - timedelta(hours=1),
            EndTime=datetime.now(UTC) + timedelta(hours=1),
            Period=24 * 3600,
            Statistics=["Sum", "SampleCount"],
        )["Datapoints"]
        key = ",".join(sorted(f"{each['Name']}={each['Value']}" for each in metric["Dimensions"]))
        found[key] = (point["Sum"], point["SampleCount"])
    return found


def test_a_number_is_a_value_under_each_set_of_dimensions(
    account: Account, stream: dict[str, str], namespace: str
) -> None:
    told = line(namespace, [["service"], ["service", "State"]], Clusters=3, service="a", State="b")

    put(account, stream, json.dumps(told), json.dumps(told))

    assert sums(account, namespace, "Clusters") == {
        "service=a": (6, 2),
        "State=b,service=a": (6, 2),
    }


def test_a_list_is_as_many_values(account: Account, stream: dict[str, str], namespace: str) -> None:
    put(account, stream, json.dumps(line(namespace, [["Cluster"]], Wait=[1, 2, 4], Cluster="c")))

    assert sums(account, namespace, "Wait") == {"Cluster=c": (7, 3)}


def test_a_percentile_can_be_asked_for(
    account: Account, stream: dict[str, str], namespace: str
) -> None:
    put(account, stream, json.dumps(line(namespace, [["s"]], Took=list(range(101)), s="x")))

    [point] = account.client("cloudwatch").get_metric_statistics(
        Namespace=namespace,
        MetricName="Took",
        Dimensions=[{"Name": "s", "Value": "x"}],
        StartTime=datetime.now(UTC) - timedelta(hours=1),
        EndTime=datetime.now(UTC) + timedelta(hours=1),
        Period=24 * 3600,
        ExtendedStatistics=["p95"],
    )["Datapoints"]

    assert point["ExtendedStatistics"]["p95"] == pytest.approx(95, abs=1)


def test_what_a_function_prints_counts(account: Account, namespace: str) -> None:
    function = account.function(FUNCTION)

    account.client("lambda").invoke(
        FunctionName=function, Payload=json.dumps(line(namespace, [["s"]], Passes=1, s="x"))
    )

    assert sums(account, namespace, "Passes") == {"s=x": (1, 1)}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda told: json.dumps({**told, "Clusters": "three"}),
        lambda told: json.dumps({**told, "Clusters": True}),
        lambda told: json.dumps({name: value for name, value in told.items() if name != "s"}),
        lambda told: json.dumps({**told, "_aws": "no directive"}),
        lambda told: json.dumps(told)[:-1],
    ],
    ids=["text", "boolean", "no dimension", "no directive", "no JSON"],
)
def test_what_is_not_of_the_format_is_a_line_and_no_metric(
    account: Account, stream: dict[str, str], namespace: str, spoil: Any
) -> None:
    message = spoil(line(namespace, [["s"]], Clusters=1, s="x"))

    put(account, stream, message)

    assert sums(account, namespace, "Clusters") == {}
    events = account.client("logs").get_log_events(**stream)["events"]
    assert message in [event["message"] for event in events]
