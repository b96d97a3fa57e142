"""Slurm's own programs, as the collector asks them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable
from pathlib import Path

from .answers import MOST_BYTES, TooLong, answer
from .own_rows import own_rows
from .queue import QUEUE_COLUMNS, QueuedJob, queued_jobs
from .settings import Settings
from .slurm_json import Json, number, objects, part

_SECONDS = 30
_AT_ONCE = 100


class SlurmSilent(Exception):
    """A program of Slurm's gave no answer; what it asks may be away."""


class SlurmTooLong(SlurmSilent):
    """It gave an answer that is too long to be read."""


class Slurm:
    """`scontrol`, `sacct`, `squeue`, `sinfo`."""

    def __init__(self, settings: Settings, *, since: int = 0, most_bytes: int = MOST_BYTES) -> None:
        """Ask those of this installation.

        Args:
            settings: where it is.
            since: when this cluster began, in seconds since 1970.
            most_bytes: a longer answer is none.
        """
        self._since = since
        self._most_bytes = most_bytes
        self._programs = Path(settings.slurm) / "bin"
        self._environment = {
            "PATH": "/usr/bin:/bin",
            "LC_ALL": "C.UTF-8",
            "SLURM_CONF": settings.slurm_configuration,
            "SLURM_TIME_FORMAT": "%s",
        }

    def job(self, job_id: int) -> Json | None:
        """What slurmctld knows of a job; None if it has forgotten it.

        Raises:
            SlurmSilent: it gave no answer.
        """
        try:
            every = objects(
                part(self._json("scontrol", "show", "job", str(job_id), "--json"), "jobs")
            )
        except SlurmSilent as silence:
            if "Invalid job id" in str(silence):
                return None
            raise
        # Of an array all tasks come that are still one; each has its own id.
        return next((job for job in every if number(job.get("job_id")) == job_id), None)

    def rows(self, job_ids: Iterable[int]) -> dict[int, list[Json]]:
        """The runs that accounting has of these jobs of this cluster, in their order.

        A job of so many steps that its answer is too long is left out.

        Raises:
            SlurmSilent: it gave no answer.
        """
        asked = sorted(set(job_ids))
        found: dict[int, list[Json]] = {}
        for first in range(0, len(asked), _AT_ONCE):
            some = asked[first : first + _AT_ONCE]
            found.update(own_rows(self._rows(some), set(some), since=self._since))
        return found

    def has_accounting(self) -> bool | None:
        """Whether there is any; None if slurmctld gives no answer."""
        try:
            told = self._text("scontrol", "show", "config")
        except SlurmSilent:
            return None
        kind = next((line for line in told.splitlines() if "AccountingStorageType" in line), "")
        return "slurmdbd" in kind

    def queue(self) -> list[QueuedJob]:
        """All jobs that slurmctld knows, also those that ended within MinJobAge.

        In lines, for JSON has ten kilobytes a job, and there may be many thousands.

        Raises:
            SlurmSilent: it gave no answer.
        """
        columns = f"--format={QUEUE_COLUMNS}"
        return queued_jobs(
            self._text("squeue", "--all", "--noheader", "--states=all", "--array", columns)
        )

    def nodes(self) -> str:
        """A line a node and partition: `NAME|state` with Slurm's marks after the state.

        Raises:
            SlurmSilent: it gave no answer.
        """
        return self._text("sinfo", "--all", "--noheader", "--Node", "--format=%N|%T")

    def _rows(self, job_ids: list[int]) -> list[Json]:
        ids = ",".join(map(str, job_ids))
        try:
            told = self._json("sacct", "--duplicates", "--allusers", "--jobs", ids, "--json")
        except SlurmTooLong:
            middle = len(job_ids) // 2
            halves = (job_ids[:middle], job_ids[middle:]) if middle else ()
            return [row for half in halves for row in self._rows(half)]
        return list(objects(part(told, "jobs")))

    def _json(self, *command: str) -> object:
        said = self._text(*command)
        try:
            told: object = json.loads(said)
        except ValueError as error:
            raise SlurmSilent(f"'{' '.join(command)}' didn't answer in JSON: {error}") from error
        return told

    def _text(self, *command: str) -> str:
        words = " ".join(command)[:200]
        try:
            done = answer(
                [str(self._programs / command[0]), *command[1:]],
                environment=self._environment,
                seconds=_SECONDS,
                most=self._most_bytes,
            )
        except TooLong as error:
            raise SlurmTooLong(f"'{words}' is no answer: {error}") from error
        except (OSError, subprocess.TimeoutExpired) as error:
            raise SlurmSilent(f"'{words}' can't be run: {error}") from error
        said = done.err.decode("utf-8", "replace").strip()
        if done.code != 0:
            last = said.splitlines()[-1] if said else "nothing said"
            raise SlurmSilent(f"'{words}' ended with {done.code}: {last}")
        return done.out.decode("utf-8", "replace")
