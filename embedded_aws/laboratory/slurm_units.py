"""The services of a head node, each as ParallelCluster's cookbook has it, by name and by paths."""

from typing import Final

from embedded_aws.laboratory.slurm_configuration import SlurmConfiguration

_UNIT = """\
[Unit]
Description={description}
After=munge.service remote-fs.target{after}

[Service]
Type=simple
ExecStart=/opt/slurm/sbin/{command}
ExecReload=/bin/kill -HUP $MAINPID
LimitNOFILE=65536
{more}
[Install]
WantedBy=multi-user.target
"""
_COMPUTE = "KillMode=process\nDelegate=yes\n"

UNITS: Final = {
    "slurmdbd.service": _UNIT.format(
        description="Slurm's accounting daemon", command="slurmdbd -D -s", after="", more=""
    ),
    "slurmctld.service": _UNIT.format(
        description="Slurm's controller", command="slurmctld -D -s", after="", more=""
    ),
    # In place of compute nodes: more than one on this node, each by its name.
    "slurmd@.service": _UNIT.format(
        description="Slurm's daemon of compute node %i",
        command="slurmd -D -s -N %i",
        after=" slurmctld.service",
        more=_COMPUTE,
    ),
}


def daemons(configuration: SlurmConfiguration) -> list[str]:
    """The services of this cluster, in the order in which they start."""
    return [
        "munge",
        *(["slurmdbd"] if configuration.database else []),
        "slurmctld",
        *(f"slurmd@{name}" for queue in configuration.queues for name in queue.node_names),
        *(daemon.name for daemon in configuration.daemons),
    ]
