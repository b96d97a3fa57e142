"""Where things are on this node: a file that the installation writes, and all else here reads."""

from __future__ import annotations

import json
import shlex
from dataclasses import asdict, dataclass
from pathlib import Path

HOOKS = "/opt/slurm/etc/job-records"
"""slurm.conf names programs in it, so it is the same on every cluster."""
SETTINGS_FILE = Path("/etc/hpc-job-records.json")


class RecordsFailure(Exception):
    """What failed, the value, what is expected; for an operator who has only this line."""


@dataclass(frozen=True)
class Settings:
    """All of it; the defaults are a head node's that ParallelCluster has made.

    Attributes:
        cluster: the cluster's name, as its records have it.
        region: the AWS region.
        log_group: where records go.
        logs_endpoint: of CloudWatch Logs, if it isn't the region's.
        slurm: the directory of Slurm's installation, with `bin` below.
        slurm_configuration: Slurm's configuration file.
        slurm_state: StateSaveLocation, which has environments and scripts.
        slurm_user: who slurmctld, and so its hook, runs as.
        hooks: the directory of what Slurm and jobs run; every node sees it.
        spool: what the hook leaves; slurm_user's.
        traces: what jobs leave of themselves; every node's users write there.
        kept: the outboxes, and what has been recorded; root's.
    """

    cluster: str
    region: str
    log_group: str
    logs_endpoint: str | None = None
    slurm: str = "/opt/slurm"
    slurm_configuration: str = "/opt/slurm/etc/slurm.conf"
    slurm_state: str = "/var/spool/slurm.state"
    slurm_user: str = "slurm"
    hooks: str = HOOKS
    spool: str = "/var/spool/hpc-job-records"
    traces: str = "/home/.job-records"
    kept: str = "/var/lib/hpc-job-records"

    @property
    def outboxes(self) -> dict[str, Path]:
        """A directory for each log stream, by the stream's name."""
        return {stream: Path(self.kept) / "outbox" / stream for stream in ("jobs", "metrics")}

    def shell_text(self) -> str:
        """What the hooks, which are shell scripts, read."""
        names = {"SPOOL": self.spool, "SLURM_STATE": self.slurm_state, "TRACES": self.traces}
        return "".join(f"{name}={shlex.quote(value)}\n" for name, value in names.items())


def read_settings(file: Path = SETTINGS_FILE) -> Settings:
    """Those of a file.

    Raises:
        RecordsFailure: it isn't there, or isn't such a file.
    """
    try:
        return Settings(**json.loads(file.read_text()))
    except (OSError, ValueError, TypeError) as error:
        raise RecordsFailure(f"{file} has no settings of job records: {error}") from error


def settings_text(settings: Settings) -> str:
    """What the file has."""
    return json.dumps(asdict(settings), indent=1) + "\n"
