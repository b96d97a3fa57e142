"""What a cluster's configuration says about Slurm, as the laboratory's.

Of each compute resource at most two nodes are there, those with the first numbers, static ones
first: a big tier would be hundreds of daemons on this machine.

Source: ParallelCluster user guide, "Scheduling section"; what is in
`files/default/head_node_slurm/slurm/templates` of the cookbook's `aws-parallelcluster-slurm` (95 %
of an instance's memory is Slurm's).
"""

from collections.abc import Iterable, Iterator

from embedded_aws.head_nodes.machine import Cluster, Section
from embedded_aws.laboratory.slurm_configuration import (
    AccountingDatabase,
    ComputeResource,
    Queue,
    SlurmConfiguration,
)

NODES_OF_EACH = 2
_DATABASE_PORT = 3306
_PERCENT_OF_MEMORY = 95


def slurm_plan(
    cluster: Cluster, name: str, *, password: str | None, authority: str
) -> SlurmConfiguration:
    """Make the laboratory's configuration.

    Args:
        cluster: what the node has read.
        name: of the cluster.
        password: of the database's user, where there is a database.
        authority: whose certificates of a database are trusted, as PEM.
    """
    scheduling = cluster.configuration["Scheduling"]
    settings = scheduling.get("SlurmSettings") or {}
    return SlurmConfiguration(
        cluster_name=name,
        database=_database(settings.get("Database"), name, password, authority),
        custom_settings=tuple(_custom(settings.get("CustomSlurmSettings") or ())),
        queues=tuple(_queue(queue, cluster.instance_types) for queue in scheduling["SlurmQueues"]),
        by_memory=bool(settings.get("EnableMemoryBasedScheduling")),
        administrator=cluster.attributes["cluster_user"],
    )


def database_of(cluster: Cluster) -> Section | None:
    """SlurmSettings/Database, if there is any."""
    settings = cluster.configuration["Scheduling"].get("SlurmSettings") or {}
    found: Section | None = settings.get("Database")
    return found


def database_address(database: Section) -> tuple[str, int]:
    """Host and port of its server."""
    host, _, port = str(database["Uri"]).partition(":")
    return host, int(port or _DATABASE_PORT)


def _database(
    database: Section | None, name: str, password: str | None, authority: str
) -> AccountingDatabase | None:
    if database is None or password is None:
        return None
    host, port = database_address(database)
    return AccountingDatabase(
        host=host,
        port=port,
        user=database["UserName"],
        password=password,
        name=database.get("DatabaseName") or name.replace("-", "_"),
        authority=authority,
    )


def _custom(items: Iterable[Section]) -> Iterator[str]:
    for item in items:
        yield from (f"{setting}={value}" for setting, value in item.items())


def _queue(queue: Section, types: Section) -> Queue:
    partition = {"MaxTime": "INFINITE", **(queue.get("CustomSlurmSettings") or {})}
    if queue.get("JobExclusiveAllocation"):
        partition["OverSubscribe"] = "EXCLUSIVE"
    return Queue(
        name=queue["Name"],
        compute_resources=tuple(
            _compute_resource(each, types) for each in queue["ComputeResources"]
        ),
        settings=tuple(f"{setting}={value}" for setting, value in partition.items()),
    )


def _compute_resource(resource: Section, types: Section) -> ComputeResource:
    names = [each["InstanceType"] for each in resource["Instances"]]
    cores = "DefaultCores" if resource.get("DisableSimultaneousMultithreading") else "DefaultVCpus"
    static = min(int(resource["MinCount"]), NODES_OF_EACH)
    return ComputeResource(
        name=resource["Name"],
        static=static,
        dynamic=min(int(resource["MaxCount"]), NODES_OF_EACH) - static,
        cpus=min(types[name]["VCpuInfo"][cores] for name in names),
        memory_mib=min(types[name]["MemoryInfo"]["SizeInMiB"] for name in names)
        * _PERCENT_OF_MEMORY
        // 100,
    )
