"""The cluster in numbers, as a line that CloudWatch makes metrics of.

Source: CloudWatch's "Embedded metric format specification". The numbers come with what is logged,
so a head node needs no permission to write metrics.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable

from .queue import QueuedJob

NAMESPACE, DIMENSION = "HpcProvisioner", "Cluster"
_MOST_VALUES = 100

_ACTIVE = ("PENDING", "CONFIGURING", "RUNNING", "SUSPENDED", "COMPLETING")
_ENDS = (
    *("COMPLETED", "FAILED", "CANCELLED", "TIMEOUT"),
    *("OUT_OF_MEMORY", "NODE_FAIL", "PREEMPTED", "DEADLINE", "BOOT_FAIL"),
)
_NODES = ("IDLE", "ALLOCATED", "MIXED", "COMPLETING", "DRAINED", "DRAINING", "DOWN")
# What Slurm's sinfo page says of the marks behind a node's state.
_MARKS = {"~": "POWERED_DOWN", "#": "POWERING_UP", "%": "POWERING_DOWN", "!": "POWERING_DOWN"}
_MARKED = tuple(dict.fromkeys(_MARKS.values()))
_OTHER = "OTHER"


def node_states(told: str) -> list[str]:
    """The states of `sinfo`'s lines, `NAME|state`; a node in two partitions is one."""
    states = {}
    for line in told.splitlines():
        name, _, state = line.partition("|")
        bare = state.rstrip("*~#!%$@^-+").upper()
        states[name] = next((_MARKS[mark] for mark in state if mark in _MARKS), bare)
    return list(states.values())


def metrics_line(
    cluster: str, jobs: Iterable[QueuedJob], nodes: Iterable[str], *, since: float, now: float
) -> bytes:
    """The line of this minute.

    Args:
        cluster: the cluster's name.
        jobs: all that the queue shows, also what ended a short while ago.
        nodes: the state of each node.
        since: of the last line; what started and ended after it is in this one.
        now: the present, in seconds since 1970.
    """
    every = list(jobs)
    active = Counter(job.state for job in every if job.state in _ACTIVE)
    ended = Counter(
        job.state for job in every if job.state in _ENDS and since < (job.ended or 0) <= now
    )
    by_node = Counter(state if state in (*_NODES, *_MARKED) else _OTHER for state in nodes)
    counts = {
        **{f"Jobs{_words(state)}": active[state] for state in _ACTIVE},
        **{f"JobsEnded{_words(state)}": ended[state] for state in _ENDS},
        **{f"Nodes{_words(state)}": by_node[state] for state in (*_NODES, *_MARKED, _OTHER)},
    }
    waits = _waits(every, since, now)
    pending = [now - job.submitted for job in every if job.state == "PENDING" and job.submitted]
    seconds: dict[str, object] = {"LongestPendingSeconds": int(max([0.0, *pending]))}
    if waits:
        seconds["QueueWaitSeconds"] = waits
    definitions = [
        *({"Name": name, "Unit": "Count"} for name in counts),
        *({"Name": name, "Unit": "Seconds"} for name in seconds),
    ]
    told = {
        "_aws": {
            "Timestamp": int(now * 1000),
            "CloudWatchMetrics": [
                {"Namespace": NAMESPACE, "Dimensions": [[DIMENSION]], "Metrics": definitions}
            ],
        },
        DIMENSION: cluster,
        **counts,
        **seconds,
    }
    return json.dumps(told, separators=(",", ":")).encode() + b"\n"


def _waits(jobs: list[QueuedJob], since: float, now: float) -> list[int]:
    """How long the jobs waited that started since; the longest ones if there are too many."""
    waits = [
        job.started - job.submitted
        for job in jobs
        if job.state != "PENDING"
        and job.started is not None
        and job.submitted is not None
        and since < job.started <= now
    ]
    return sorted(waits, reverse=True)[:_MOST_VALUES]


def _words(state: str) -> str:
    return "".join(word.capitalize() for word in state.split("_"))
