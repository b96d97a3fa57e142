"""Records of jobs on a laboratory's node, installed as the node's own script installs them."""

import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from embedded_aws.laboratory.daemons_python import have_daemons_python
from embedded_aws.laboratory.node import Node
from embedded_aws.laboratory.slurm_laboratory import SlurmLaboratory
from hpc_constructs.node_scripts.archive import write_archive
from hpc_constructs.node_scripts.job_records.settings import HOOKS

COLLECTOR, SHIPPER = "hpc-job-collector", "hpc-job-shipper"
SPOOL, KEPT = "/var/spool/hpc-job-records", "/var/lib/hpc-job-records"
OUTBOX = f"{KEPT}/outbox"

_SCRIPT = "/root/configure_node.pyz"
_CUSTOM = "/opt/slurm/etc/pcluster/custom_slurm_settings_include_file_slurm.conf"
_HOOK_LINES = (f"EpilogSlurmctld={HOOKS}/epilog_slurmctld", f"TaskProlog={HOOKS}/task_prolog")
# In place of the head node's role.
_CREDENTIALS = "[Service]\nEnvironment=AWS_ACCESS_KEY_ID=testing AWS_SECRET_ACCESS_KEY=testing\n"
_INSTALL = """\
import sys
sys.path.insert(0, {script!r})
from node_scripts.configure_node import job_records
from node_scripts.job_records.settings import Settings
job_records.{step}(Settings(**{settings!r}))
"""


def prepare(node: Node) -> None:
    """Hand the script to the node, and a Python that has boto3, as ParallelCluster's daemons'."""
    with tempfile.TemporaryDirectory() as directory:
        archive = Path(directory) / "configure_node.pyz"
        write_archive(archive)
        node.write(_SCRIPT, archive.read_bytes())
    have_daemons_python(node)
    node.write(f"/etc/systemd/system/{SHIPPER}.service.d/credentials.conf", _CREDENTIALS)


def install(node: Node, step: str, settings: Mapping[str, str]) -> None:
    """Do a step of the installation: `install_hooks` or `install_services`.

    Raises:
        NodeTrouble: it failed; with what it said.
    """
    program = _INSTALL.format(script=_SCRIPT, step=step, settings=dict(settings))
    node.must("python3", "-I", "-c", program)


def use_hooks(slurm: SlurmLaboratory, *, more: Iterable[str] = ()) -> None:
    """Have slurm.conf name the hooks, which must be there, and beside them `more` lines."""
    lines = "".join(f"{line}\n" for line in (*more, *_HOOK_LINES))
    slurm.node.write(_CUSTOM, slurm.node.read(_CUSTOM) + lines)
    slurm.scontrol("reconfigure")
    slurm.head.wait_until_ready()
