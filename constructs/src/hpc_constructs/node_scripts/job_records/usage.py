"""What a run used, by its row in accounting.

`sacct` has the processors' time of the whole run, and the memory and the disk of each step. Slurm's
JSON calls what a step used `tres.requested` (in) and `tres.consumed` (out). Source: Slurm's sacct
page, TRESUsageIn…, TRESUsageOut….
"""

from __future__ import annotations

from collections.abc import Iterator

from .runs import ended_state
from .slurm_json import Json, moment, number, objects, part, text, words

MOST_STEPS = 50


def usage(row: Json | None) -> dict[str, object] | None:
    """Processors' seconds, and the most memory that a task of any step had; None without a row."""
    if row is None:
        return None
    steps = objects(part(row, "steps"))
    memory = [_count(step, "requested", "max", "mem") for step in steps]
    return {
        "cpu_seconds": _seconds(part(row, "time", "total")),
        "cpu_user_seconds": _seconds(part(row, "time", "user")),
        "cpu_system_seconds": _seconds(part(row, "time", "system")),
        "max_rss_bytes": max((each for each in memory if each is not None), default=None),
        "read_bytes": _sum(_count(step, "requested", "total", "fs") for step in steps),
        "written_bytes": _sum(_count(step, "consumed", "total", "fs") for step in steps),
    }


def steps(row: Json | None) -> list[dict[str, object]]:
    """The steps, the first ones if there are many."""
    return [_step(each) for each in objects(part(row, "steps"))[:MOST_STEPS]]


def resources(value: object) -> str | None:
    """Resources as Slurm writes them: `cpu=4,mem=2000M,node=1`; of `sacct`'s list."""
    told = []
    for each in objects(value):
        kind, name, count = text(each.get("type")), text(each.get("name")), number(each["count"])
        if kind and count is not None and count >= 0:
            unit = "M" if kind == "mem" else ""
            told.append(f"{kind}{f'/{name}' if name else ''}={count}{unit}")
    return ",".join(told) or None


def _step(step: Json) -> dict[str, object]:
    return {
        "id": text(part(step, "step", "id")),
        "name": text(part(step, "step", "name")),
        "state": ended_state(words(step.get("state"))),
        "exit_code": number(part(step, "exit_code", "return_code")),
        "exit_signal": number(part(step, "exit_code", "signal", "id")),
        "nodes": text(part(step, "nodes", "range")),
        "tasks": number(part(step, "tasks", "count")),
        "start_time": moment(part(step, "time", "start")),
        "end_time": moment(part(step, "time", "end")),
        "cpu_seconds": _seconds(part(step, "time", "total")),
        "max_rss_bytes": _count(step, "requested", "max", "mem"),
    }


def _count(step: Json, kind: str, statistic: str, of: str) -> int | None:
    for each in objects(part(step, "tres", kind, statistic)):
        if each.get("type") == of:
            return number(each.get("count"))
    return None


def _sum(counts: Iterator[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


def _seconds(value: object) -> float | None:
    seconds, micro = number(part(value, "seconds")), number(part(value, "microseconds"))
    return None if seconds is None else round(seconds + (micro or 0) / 1e6, 3)
