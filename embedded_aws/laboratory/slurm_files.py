"""Slurm's configuration files as ParallelCluster lays them out, with what a namespace asks for.

Sources: of ParallelCluster's cookbook, `aws-parallelcluster-slurm`, `slurm.conf.erb` and
`slurmdbd.conf.erb` in `templates/default/slurm`, and what is in
`files/default/head_node_slurm/slurm/templates`. Not as there: nodes are up and don't power down;
there are no control groups; the scheduler looks sooner.
"""

from collections.abc import Iterator

from embedded_aws.laboratory.slurm_configuration import (
    DBD_PORT,
    AccountingDatabase,
    ExtraFile,
    SlurmConfiguration,
)

ETC = "/opt/slurm/etc"
AUTHORITY = f"{ETC}/database-authority.pem"
STATE = "/var/spool/slurm.state"
_CUSTOM = "pcluster/custom_slurm_settings_include_file_slurm.conf"
_FIRST_NODE_PORT = 17001

_SLURM = f"""\
ClusterName={{cluster_name}}
SlurmUser=slurm
SlurmctldPort=6820-6829
SlurmdPort=6818
AuthType=auth/munge
AuthInfo=cred_expire=70
StateSaveLocation={STATE}
SlurmdSpoolDir=/var/spool/slurmd-%n
SlurmctldPidFile=/var/run/slurmctld.pid
SlurmdPidFile=/var/run/slurmd-%n.pid
ReconfigFlags=KeepPartState
CommunicationParameters=NoAddrCache
PrivateData=cloud
Prolog={ETC}/scripts/prolog.d/*
Epilog={ETC}/scripts/epilog.d/*
BatchStartTimeout=180
SlurmctldTimeout=300
SlurmdTimeout=180
UnkillableStepTimeout=180
InactiveLimit=0
MinJobAge=300
KillWait=30
Waittime=0
MessageTimeout=60
EnforcePartLimits=ALL
SchedulerType=sched/backfill
SchedulerParameters=nohold_on_prolog_fail,batch_sched_delay=0,sched_min_interval=100000,bf_interval=5
MpiDefault=none
ReturnToService=1
SelectType=select/cons_tres
SlurmctldDebug=verbose
SlurmctldLogFile=/var/log/slurmctld.log
SlurmdDebug=info
SlurmdLogFile=/var/log/slurmd-%n.log
JobCompType=jobcomp/none
# Simulated nodes: bigger than the machine, and with no control groups of their own.
SlurmdParameters=config_overrides
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
include slurm_parallelcluster.conf
include {_CUSTOM}
"""
_ACCOUNTING = f"""\
AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageHost={{host_name}}
AccountingStoragePort={DBD_PORT}
AccountingStorageUser=slurm
JobAcctGatherType=jobacct_gather/linux
"""
_SLURMDBD = f"""\
AuthType=auth/munge
LogFile=/var/log/slurmdbd.log
DbdPort={DBD_PORT}
SlurmUser=slurm
StorageType=accounting_storage/mysql
{{more}}include slurm_parallelcluster_slurmdbd.conf
"""
_SLURMDBD_INCLUDED = """\
DbdHost={host_name}
StorageHost={database.host}
StoragePort={database.port}
StorageLoc={database.name}
StorageUser={database.user}
StoragePass={database.password}
"""


def slurm_files(
    configuration: SlurmConfiguration, *, host_name: str, address: str
) -> Iterator[ExtraFile]:
    """Each file with its place, mode and owner, the extra ones last."""
    yield _file("slurm.conf", _SLURM.format(cluster_name=configuration.cluster_name))
    yield _file("slurm_parallelcluster.conf", _managed(configuration, host_name, address))
    yield _file(_CUSTOM, _lines(configuration.custom_settings))
    yield _file("cgroup.conf", "CgroupPlugin=disabled\n")
    for kind in ("prolog", "epilog"):
        # The directory must not be empty.
        path = f"{ETC}/scripts/{kind}.d/90_pcluster_noop"
        yield ExtraFile(path=path, content="#!/bin/bash\n", mode=0o755)
    if configuration.database:
        yield from _slurmdbd(configuration.database, host_name)
    yield from configuration.files


def _managed(configuration: SlurmConfiguration, host_name: str, address: str) -> str:
    selects = "CR_CPU_Memory" if configuration.by_memory else "CR_CPU"
    lines = [f"SlurmctldHost={host_name}({address})", f"SelectTypeParameters={selects}"]
    port = _FIRST_NODE_PORT
    for number, queue in enumerate(configuration.queues):
        for resource in queue.compute_resources:
            names = resource.node_names(queue.name)
            lines.append(
                f"NodeName={','.join(names)} NodeHostname={host_name} NodeAddr={address}"
                f" Port=[{port}-{port + len(names) - 1}] CPUs={resource.cpus}"
                f" RealMemory={resource.memory_mib} State=UNKNOWN Feature={resource.name}"
            )
            port += len(names)
        default = ["Default=YES"] if number == 0 else []
        lines += [
            f"NodeSet={queue.name}_nodes Nodes={','.join(queue.node_names)}",
            f"PartitionName={queue.name} Nodes={queue.name}_nodes State=UP "
            + " ".join([*queue.settings, *default]),
        ]
    accounting = _ACCOUNTING.format(host_name=host_name) if configuration.database else ""
    return accounting + _lines(lines)


def _slurmdbd(database: AccountingDatabase, host_name: str) -> Iterator[ExtraFile]:
    more = ""
    if database.authority:
        more = f"StorageParameters=SSL_CA={AUTHORITY}\n"
        yield _file(AUTHORITY.removeprefix(f"{ETC}/"), database.authority)
    included = _SLURMDBD_INCLUDED.format(host_name=host_name, database=database)
    for name, content in (
        ("slurmdbd.conf", _SLURMDBD.format(more=more)),
        ("slurm_parallelcluster_slurmdbd.conf", included),
    ):
        yield ExtraFile(path=f"{ETC}/{name}", content=content, mode=0o600, owner="slurm")


def _file(name: str, content: str) -> ExtraFile:
    return ExtraFile(path=f"{ETC}/{name}", content=content)


def _lines(lines: list[str] | tuple[str, ...]) -> str:
    return "".join(f"{line}\n" for line in lines)
