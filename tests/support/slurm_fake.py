"""Slurm's programs as the collector asks them, of jobs that a test makes up."""

from collections.abc import Iterable
from typing import Any

from hpc_constructs.node_scripts.job_records.own_rows import own_rows
from hpc_constructs.node_scripts.job_records.queue import QueuedJob
from hpc_constructs.node_scripts.job_records.slurm import SlurmSilent
from hpc_constructs.node_scripts.job_records.slurm_json import moment


class SlurmFake:
    """Attributes:
    controller: what slurmctld knows, by job; None while it is away.
    accounting: what slurmdbd knows, by job; None while it is away.
    with_accounting: whether there is any.
    began: when this cluster did; accounting has a former one's jobs too.
    questions: how many there were.
    """

    def __init__(self) -> None:
        self.controller: dict[int, dict[str, Any]] | None = {}
        self.accounting: dict[int, list[dict[str, Any]]] | None = {}
        self.with_accounting = True
        self.began = 0
        self.questions = 0

    def job(self, job_id: int) -> dict[str, Any] | None:
        return self._controller().get(job_id)

    def queue(self) -> list[QueuedJob]:
        return [_queued(job) for job in self._controller().values()]

    def rows(self, job_ids: Iterable[int]) -> dict[int, list[dict[str, Any]]]:
        self.questions += 1
        if self.accounting is None:
            raise SlurmSilent("sacct: Connection refused")
        asked = set(job_ids)
        told = [row for rows in self.accounting.values() for row in rows if _names(row) & asked]
        return own_rows(told, asked, since=self.began)

    def has_accounting(self) -> bool | None:
        self.questions += 1
        return None if self.controller is None else self.with_accounting

    def _controller(self) -> dict[int, dict[str, Any]]:
        self.questions += 1
        if self.controller is None:
            raise SlurmSilent("scontrol: Unable to contact slurm controller")
        return self.controller


def _names(row: dict[str, Any]) -> set[int]:
    """The numbers for which `sacct` gives a row: also those of its array and its het job."""
    return {row["job_id"], row["array"]["job_id"], row["het"]["job_id"]}


def _queued(job: dict[str, Any]) -> QueuedJob:
    times = [moment(job[name]) for name in ("submit_time", "start_time", "end_time")]
    return QueuedJob(job["job_id"], job["job_state"][0], *times, has_nodes=bool(job["nodes"]))
