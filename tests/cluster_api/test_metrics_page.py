"""docs/metrics.md has every metric of ours, as the code writes it, and no other."""

import json
import re
from pathlib import Path

from cluster_api.measures import METRICS
from hpc_constructs.node_scripts.job_records.metrics import metrics_line
from hpc_constructs.node_scripts.job_records.queue import queued_jobs

PAGE = (Path(__file__).parents[2] / "docs" / "metrics.md").read_text()
ROW = re.compile(r"^\| `(\w+)` \| `([\w-]+)` \| (?:`(\w+)`)? ?\| (\w+) \|", re.MULTILINE)
# With a job that has started, so that its wait is written too.
QUEUE = "2|RUNNING|1789999900|1790000030|1790003600|node-1\n"


def test_the_metrics_of_functions_are_those_of_the_table() -> None:
    rows = {(name, service, by or None, unit) for name, service, by, unit in ROW.findall(PAGE)}

    assert rows == {
        (metric.name, metric.service, metric.dimension, metric.unit.value) for metric in METRICS
    }


def test_the_metrics_of_nodes_are_those_of_the_other_table() -> None:
    line = metrics_line("c", queued_jobs(QUEUE), (), since=1790000000, now=1790000060)
    [directive] = json.loads(line)["_aws"]["CloudWatchMetrics"]
    table = PAGE.partition("| metrics |\n")[2].partition("\n\n")[0]

    assert set(re.findall(r"`(\w+)`", table)) == {each["Name"] for each in directive["Metrics"]}
