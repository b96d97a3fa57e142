"""What the dashboard and the alarms look at is there, made by what the other tests have done.

It runs after all of them (`conftest.py`). Run alone it finds nothing where nothing has happened.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cluster_api.measures import NAMESPACE
from deployed_application import Application
from hpc_constructs.node_scripts.job_records.batches import Event
from hpc_constructs.node_scripts.job_records.cloudwatch import CloudWatchStream
from hpc_constructs.node_scripts.job_records.metrics import DIMENSION, metrics_line, node_states
from hpc_constructs.node_scripts.job_records.queue import queued_jobs
from hpc_constructs.node_scripts.job_records.settings import Settings
from observed import Observed, of_alarm, of_dashboard

QUEUE = """\
1|PENDING|{0}|Unknown|Unknown|
2|RUNNING|{0}|{1}|{2}|queue-1
"""
NODES = "queue-1|allocated\nqueue-2|idle~\n"


@pytest.fixture(scope="module")
def looked_at(application: Application) -> list[Observed]:
    """The metrics of ours in the deployed dashboard and the deployed alarms."""
    cloudwatch = application.service("cloudwatch")
    body = cloudwatch.get_dashboard(DashboardName="HPC-Resource-Provisioner")["DashboardBody"]
    alarms = cloudwatch.describe_alarms(AlarmNamePrefix="HpcProvisioner-")["MetricAlarms"]
    every = [*map(of_alarm, alarms), *of_dashboard(json.loads(body))]
    return [each for each in every if each.namespace == NAMESPACE]


@pytest.fixture
def slurm(application: Application, monkeypatch: pytest.MonkeyPatch) -> str:
    """A minute of Slurm's on a cluster that there was, as its head node's program tells it.

    The head node here is a stand-in that runs no Slurm: its queue is made up, the rest is real.
    """
    logs = application.service("logs")
    groups = logs.describe_log_groups(logGroupNamePrefix="/hpc/jobs/pcluster-")["logGroups"]
    group = groups[0]["logGroupName"]
    cluster = str(group.removeprefix("/hpc/jobs/").rpartition("-")[0])
    for name, value in application.aws.environment().items():
        monkeypatch.setenv(name, value)
    now = datetime.now(UTC).timestamp()
    jobs = queued_jobs(QUEUE.format(int(now) - 90, int(now) - 30, int(now) + 3600))
    line = metrics_line(cluster, jobs, node_states(NODES), since=now - 60, now=now)
    settings = Settings(
        cluster=cluster,
        region=application.aws.region,
        log_group=group,
        logs_endpoint=application.aws.endpoint,
    )
    CloudWatchStream(settings, "metrics").put([Event(int(now * 1000), line.decode())])
    return cluster


def test_every_metric_of_functions_has_a_value_that_the_flow_made(
    application: Application, looked_at: list[Observed]
) -> None:
    of_functions = [each for each in looked_at if "service" in each.dimensions]

    missing = {(each.name, each.values) for each in of_functions if not values(application, each)}

    assert len(of_functions) > 40
    assert missing == set()


@pytest.mark.usefixtures("slurm")
def test_every_metric_of_nodes_has_a_value_of_a_cluster_s(
    application: Application, looked_at: list[Observed]
) -> None:
    of_nodes = [each for each in looked_at if each.dimensions == (DIMENSION,)]

    missing = {each.name for each in of_nodes if not values(application, each)}

    assert len(of_nodes) > 5
    assert missing == set()


def test_each_metric_is_of_functions_or_of_nodes(looked_at: list[Observed]) -> None:
    others = [
        each
        for each in looked_at
        if "service" not in each.dimensions and each.dimensions != (DIMENSION,)
    ]

    assert others == []


def test_times_from_post_to_ready_are_those_of_their_phases(application: Application) -> None:
    whole = points(application, "ReadySeconds", service="clusters")
    phases = [
        points(application, "ReadyPhaseSeconds", service="clusters", Phase=phase)
        for phase in ("Storage", "HeadNode", "Rest")
    ]

    assert {each["SampleCount"] for each in phases} == {whole["SampleCount"]}
    assert sum(each["Sum"] for each in phases) == pytest.approx(whole["Sum"], rel=0.01)
    assert all(each["Sum"] > 0 for each in phases)


def test_subnets_are_counted_as_they_are(application: Application) -> None:
    latest = points(application, "Subnets", service="reconciler", Zone="us-east-1a")

    assert latest["Maximum"] == 2


def values(application: Application, wanted: Observed) -> list[dict[str, Any]]:
    """The values of a metric, or of any that a search finds."""
    names = application.service("cloudwatch").list_metrics(
        Namespace=wanted.namespace, MetricName=wanted.name
    )["Metrics"]
    found = []
    for metric in names:
        by = {each["Name"]: each["Value"] for each in metric["Dimensions"]}
        if tuple(sorted(by)) != wanted.dimensions:
            continue
        if wanted.values is None or by == wanted.by:
            found.append(points(application, wanted.name, **by))
    return found


def points(application: Application, name: str, **by: str) -> dict[str, Any]:
    """All values of a metric in one, also where a new period has just begun."""
    now = datetime.now(UTC)
    found = application.service("cloudwatch").get_metric_statistics(
        Namespace=NAMESPACE,
        MetricName=name,
        Dimensions=[{"Name": key, "Value": value} for key, value in by.items()],
        StartTime=now - timedelta(days=1),
        EndTime=now + timedelta(days=1),
        Period=10 * 24 * 3600,
        Statistics=["Sum", "SampleCount", "Maximum"],
    )["Datapoints"]
    assert found, (name, by)
    return {
        "Sum": sum(point["Sum"] for point in found),
        "SampleCount": sum(point["SampleCount"] for point in found),
        "Maximum": max(point["Maximum"] for point in found),
    }
