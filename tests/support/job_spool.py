"""A spool, an outbox and a collector in a folder, with Slurm's programs faked."""

import json
import os
import struct
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hpc_constructs.node_scripts.job_records.as_user import Bounds, Unreadable, User
from hpc_constructs.node_scripts.job_records.collector import Collector
from hpc_constructs.node_scripts.job_records.excerpts import Excerpt
from hpc_constructs.node_scripts.job_records.outbox import Outbox
from hpc_constructs.node_scripts.job_records.settings import Settings
from hpc_constructs.node_scripts.job_records.sweep import Sweep
from job_record_schema import violations
from slurm_answers import hook_variables, spooled
from slurm_fake import SlurmFake


class JobSpool:
    """Attributes:
    slurm: what the collector asks.
    files: what users' files hold, by path.
    breaking: paths that break whoever reads them.
    reading: how many seconds each read file was given.
    told: what an operator was told.
    later: how many seconds the collector's clock is ahead.
    """

    def __init__(self, directory: Path) -> None:
        self.settings = Settings(
            cluster="pcluster-a",
            region="us-east-1",
            log_group="/hpc/jobs/pcluster-a-0123abcd",
            spool=str(directory / "spool"),
            traces=str(directory / "traces"),
            kept=str(directory / "kept"),
        )
        for name in ("begun", "new"):
            (directory / "spool" / name).mkdir(parents=True)
        (directory / "traces").mkdir()
        self.slurm = SlurmFake()
        self.files: dict[str, bytes] = {}
        self.breaking: set[str] = set()
        self.reading: list[float] = []
        self.told: list[str] = []
        self.later = 0.0
        self._collector: Collector | None = None

    @property
    def collector(self) -> Collector:
        if self._collector is None:
            self._collector = Collector(
                self.settings,
                self.slurm,  # type: ignore[arg-type]
                tell=self.told.append,
                read=self._read,
                now=lambda: time.monotonic() + self.later,
            )
        return self._collector

    def sweep(self) -> Sweep:
        return Sweep(self.collector, self.slurm, tell=self.told.append)  # type: ignore[arg-type]

    def die(self) -> None:
        """The collector ends; the next one knows what is on the disk."""
        if self._collector is not None:
            self._collector.recorded.close()
        self._collector = None

    def end(
        self,
        job_id: int,
        *,
        age_seconds: float = 0,
        script: str | None = None,
        environment: Mapping[str, str] | None = None,
        **variables: str,
    ) -> Path:
        """The hook spools a run that ended."""
        entry = Path(self.settings.spool) / "new" / f"{job_id}.0.{time.time_ns()}"
        entry.mkdir()
        (entry / "hook.env").write_bytes(spooled(hook_variables(job_id, **variables)))
        if script is not None:
            (entry / "script").write_bytes(script.encode() + b"\0")
        if environment is not None:
            saved = struct.pack("=I", len(environment)) + spooled(environment)
            (entry / "environment").write_bytes(saved)
        when = time.time() - age_seconds
        os.utime(entry, (when, when))
        return entry

    def left(self) -> int:
        return len(list((Path(self.settings.spool) / "new").iterdir()))

    def records(self) -> list[dict[str, Any]]:
        lines = Outbox(self.settings.outboxes["jobs"]).unsent()
        made = [json.loads(line.content) for line in lines]
        assert [each for record in made for each in violations(record)] == []
        return made

    def keys(self) -> list[str]:
        return [record["key"].partition("/")[2] for record in self.records()]

    def _read(self, _: User, path: str, bounds: Bounds) -> Excerpt:
        self.reading.append(bounds.seconds)
        if path in self.breaking:
            raise RuntimeError(f"nobody foresaw {path}")
        content = self.files.get(path)
        if content is None:
            try:
                content = Path(path).read_bytes()
            except OSError as error:
                raise Unreadable(error.strerror) from error
        return Excerpt(len(content), content)
