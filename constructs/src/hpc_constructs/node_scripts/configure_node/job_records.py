"""Steps: a record of each job, of which `job_records` is all but its installation.

Slurm 24.11 and later end at once if EpilogSlurmctld is no program: so the hooks come before
ParallelCluster configures Slurm, the services after it.
"""

from __future__ import annotations

import pwd
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from .. import job_records as records
from ..job_records.beginning import begin
from ..job_records.settings import SETTINGS_FILE, Settings, settings_text
from .commands import run
from .daemons_python import python_with_boto3
from .directories import make_directory
from .failure import NodeFailure
from .programs import PYTHON, program_of, write_unit
from .region import own_region
from .services import start_services
from .whole_files import write_whole
from .wishes import Wishes

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable  # since Python 3.11

PROGRAM = Path("/usr/local/libexec/hpc/job_records.pyz")
UNIT_NAMES = ("hpc-job-shipper.service", "hpc-job-collector.service")


def install_job_hooks(wishes: Wishes) -> None:
    """Put on the head node what slurm.conf names, without which slurmctld doesn't start.

    Raises:
        NodeFailure: Slurm's user isn't there.
    """
    settings = _settings(wishes)
    if settings is not None:
        install_hooks(settings)


def install_job_services(wishes: Wishes) -> None:
    """Start what collects records on the head node, and what sends them.

    Raises:
        NodeFailure: no Python has boto3, or a service doesn't start.
    """
    settings = _settings(wishes)
    if settings is not None:
        install_services(settings)


def install_hooks(settings: Settings) -> None:
    """Write what slurmctld, jobs and shells run, and make the directories that it writes to.

    Raises:
        NodeFailure: Slurm's user isn't there.
    """
    slurm = settings.slurm_user
    try:
        pwd.getpwnam(slurm)
    except KeyError:
        raise NodeFailure(f"there is no user '{slurm}', who runs Slurm") from None
    hooks = Path(settings.hooks)
    hooks.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    make_directory(hooks, "root", "root", 0o755)
    write_whole(hooks / "settings.sh", settings.shell_text().encode(), 0o644)
    for name, content in _files(resources.files(records).joinpath("hooks")):
        write_whole(hooks / name, content, 0o755 if content.startswith(b"#!") else 0o644)
    for name in ("", "begun", "new"):
        make_directory(Path(settings.spool) / name, slurm, slurm, 0o700)
    # Every node's users write there, and only root lists it.
    make_directory(Path(settings.traces), "root", "root", 0o1733)
    make_directory(Path(settings.kept), "root", "root", 0o700)
    begin(settings)


def install_services(settings: Settings) -> None:
    """Write program, settings and units, and start what collects and what sends.

    Raises:
        NodeFailure: no Python has boto3, or a service doesn't start.
    """
    with_boto3 = python_with_boto3()
    write_whole(SETTINGS_FILE, settings_text(settings).encode(), 0o644)
    changed = [write_whole(PROGRAM, program_of(records.__name__), 0o644)]
    run(with_boto3, "-I", str(PROGRAM), "check", "--settings", str(SETTINGS_FILE))
    values = {
        "TRACES": settings.traces,
        "SPOOL": settings.spool,
        "KEPT": settings.kept,
        "PYTHON_WITH_BOTO3": with_boto3,
        "PYTHON": PYTHON,
        "PROGRAM": str(PROGRAM),
    }
    changed += [write_unit(records.__name__, name, values) for name in UNIT_NAMES]
    run("systemctl", "daemon-reload")
    run("systemctl", "enable", "--quiet", *UNIT_NAMES)
    start("restart" if any(changed) else "start")


def start(how: str = "start") -> None:
    """Start what collects and what sends, and see that they stay.

    Raises:
        NodeFailure: one doesn't start, or ends at once.
    """
    start_services(how, *UNIT_NAMES)


def _settings(wishes: Wishes) -> Settings | None:
    if not wishes.is_head or wishes.job_log_group is None:
        return None
    return Settings(
        cluster=wishes.cluster_name, region=own_region(), log_group=wishes.job_log_group
    )


def _files(directory: Traversable, above: str = "") -> Iterator[tuple[str, bytes]]:
    for each in directory.iterdir():
        if each.is_dir():
            yield from _files(each, f"{above}{each.name}/")
        else:
            yield f"{above}{each.name}", each.read_bytes()
