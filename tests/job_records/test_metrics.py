"""The cluster in numbers, in CloudWatch's embedded metric format."""

import json
from typing import Any

from hpc_constructs.node_scripts.job_records.metrics import (
    metrics_line,
    node_states,
)
from hpc_constructs.node_scripts.job_records.queue import queued_jobs

NOW = 1_790_000_060
QUEUE = """\
8|PENDING|1790000000|1790009999|1790010000|
2|RUNNING|1789999900|1790000030|1790003600|queue1-dy-a-3
3|RUNNING|1789999000|1789999500|1790003600|queue1-dy-a-3
4|COMPLETING|1790000000|1790000020|1790000059|queue1-st-a-2
5|COMPLETED|1790000000|1790000010|1790000050|queue1-st-a-2
6|FAILED|1789990000|1789990010|1789990050|queue1-st-a-2
7|CANCELLED|1790000000|Unknown|1790000059|
slurm_load_jobs error
"""
NODES = """\
queue1-dy-a-1|idle~
queue1-dy-a-2|allocated#
queue1-dy-a-3|mixed
queue1-dy-a-3|mixed
queue1-dy-a-4|down*
queue1-dy-a-5|idle%
queue1-st-a-1|idle
queue1-st-a-2|allocated
queue1-st-a-3|planned
"""


def told(queue: str = QUEUE, nodes: str = NODES) -> dict[str, Any]:
    line = metrics_line(
        "pcluster-a", queued_jobs(queue), node_states(nodes), since=NOW - 60, now=NOW
    )
    read: dict[str, Any] = json.loads(line)
    return read


def counted(start: str) -> dict[str, int]:
    return {name: value for name, value in told().items() if name.startswith(start) and value}


def test_jobs_are_counted_by_state_and_those_that_ended_since_the_last_line_by_their_end() -> None:
    assert counted("Jobs") == {
        "JobsPending": 1,
        "JobsRunning": 2,
        "JobsCompleting": 1,
        "JobsEndedCompleted": 1,
        "JobsEndedCancelled": 1,
    }


def test_nodes_are_counted_once_and_those_without_power_apart() -> None:
    assert counted("Nodes") == {
        "NodesIdle": 1,
        "NodesAllocated": 1,
        "NodesMixed": 1,
        "NodesDown": 1,
        "NodesPoweredDown": 1,
        "NodesPoweringUp": 1,
        "NodesPoweringDown": 1,
        "NodesOther": 1,
    }


def test_the_wait_is_of_jobs_that_started_since_and_of_the_one_that_waits_longest() -> None:
    made = told()

    assert made["QueueWaitSeconds"] == [130, 20, 10]
    assert made["LongestPendingSeconds"] == 60


def test_cloudwatch_finds_each_number_by_its_definition() -> None:
    made = told()

    [definition] = made["_aws"]["CloudWatchMetrics"]
    assert definition["Namespace"] == "HpcProvisioner"
    assert definition["Dimensions"] == [["Cluster"]]
    assert made["Cluster"] == "pcluster-a"
    assert {metric["Name"] for metric in definition["Metrics"]} == set(made) - {"_aws", "Cluster"}
    assert len(definition["Metrics"]) <= 100


def test_an_empty_cluster_has_numbers_too() -> None:
    made = told("", "")

    assert made["JobsPending"] == made["NodesIdle"] == made["LongestPendingSeconds"] == 0
    assert "QueueWaitSeconds" not in made
