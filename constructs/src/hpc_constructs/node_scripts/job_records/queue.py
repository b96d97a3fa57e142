"""The queue, as `squeue` shows it: a line a job."""

from __future__ import annotations

from dataclasses import dataclass

QUEUE_COLUMNS = "%A|%T|%V|%S|%e|%N"


@dataclass(frozen=True)
class QueuedJob:
    """A job, or a task of an array that waits, with the array's id.

    Attributes:
        job_id: its number.
        state: without flags.
        submitted: in seconds since 1970, as the other times.
        started: of a job that waits: what the scheduler expects.
        ended: of a job that runs: when its time is over.
        has_nodes: whether it has, or had.
    """

    job_id: int
    state: str
    submitted: int | None
    started: int | None
    ended: int | None
    has_nodes: bool


def queued_jobs(told: str) -> list[QueuedJob]:
    """The jobs of lines with `QUEUE_COLUMNS`, times in seconds; what is no such line is none."""
    jobs = []
    for line in told.splitlines():
        job_id, state, *times, nodes = f"{line}|||||".split("|")[:6]
        submitted, started, ended = (int(each) if each.isdigit() else None for each in times)
        if job_id.isdigit():
            jobs.append(QueuedJob(int(job_id), state, submitted, started, ended, bool(nodes)))
    return jobs
