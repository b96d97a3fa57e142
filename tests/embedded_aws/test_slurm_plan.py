"""What a cluster's configuration says about Slurm becomes the laboratory's, with fewer nodes."""

from collections.abc import Mapping
from typing import Any

import pytest

from embedded_aws.head_nodes.machine import Cluster
from embedded_aws.head_nodes.slurm_plan import database_address, slurm_plan
from embedded_aws.laboratory.slurm_configuration import ComputeResource, SlurmConfiguration

DATABASE = {
    "Uri": "db.example.org:3307",
    "UserName": "pcluster",
    "PasswordSecretArn": "arn:aws:secretsmanager:us-east-1:000000000000:secret:one",
    "DatabaseName": None,
}


def plan(
    *resources: Mapping[str, Any],
    slurm: Mapping[str, Any] | None = None,
    password: str | None = None,
    **queue: object,
) -> SlurmConfiguration:
    section = {"Name": "queue", "ComputeResources": resources or [resource()], **queue}
    cluster = Cluster(
        configuration={"Scheduling": {"SlurmSettings": slurm, "SlurmQueues": [section]}},
        instance_types={"small": described(2, 1, 1000), "big": described(96, 48, 64000)},
        attributes={"cluster_user": "ec2-user"},
    )
    return slurm_plan(cluster, "pcluster-one", password=password, authority="PEM")


def described(vcpus: int, cores: int, mib: int) -> Mapping[str, Any]:
    """As EC2 does."""
    processors = {"DefaultVCpus": vcpus, "DefaultCores": cores}
    return {"VCpuInfo": processors, "MemoryInfo": {"SizeInMiB": mib}}


def resource(*types: str, least: int = 0, most: int = 1, smt: bool = True) -> Mapping[str, Any]:
    return {
        "Name": "nodes",
        "Instances": [{"InstanceType": name} for name in types or ("small",)],
        "MinCount": least,
        "MaxCount": most,
        "DisableSimultaneousMultithreading": not smt,
    }


def only(made: SlurmConfiguration) -> ComputeResource:
    [queue] = made.queues
    [found] = queue.compute_resources
    return found


@pytest.mark.parametrize(
    ("least", "most", "static", "dynamic"),
    [(0, 1, 0, 1), (0, 16, 0, 2), (1, 16, 1, 1), (3, 16, 2, 0), (1, 1, 1, 0)],
)
def test_of_a_compute_resource_there_are_two_nodes_at_most_static_ones_first(
    least: int, most: int, static: int, dynamic: int
) -> None:
    made = only(plan(resource(least=least, most=most)))

    assert (made.static, made.dynamic) == (static, dynamic)


def test_a_node_has_what_its_smallest_type_has() -> None:
    made = only(plan(resource("big", "small")))

    assert (made.cpus, made.memory_mib) == (2, 950)


def test_without_multithreading_a_node_has_its_cores() -> None:
    assert only(plan(resource("big", smt=False))).cpus == 48


def test_settings_of_cluster_and_queue_are_slurms_own() -> None:
    custom = [{"PrivateData": "jobs"}, {"DisableRootJobs": "YES"}]

    made = plan(
        slurm={"CustomSlurmSettings": custom, "EnableMemoryBasedScheduling": True},
        CustomSlurmSettings={"MaxTime": "01:00:00"},
        JobExclusiveAllocation=True,
    )

    assert made.custom_settings == ("PrivateData=jobs", "DisableRootJobs=YES")
    assert made.by_memory
    assert made.queues[0].settings == ("MaxTime=01:00:00", "OverSubscribe=EXCLUSIVE")


def test_the_database_is_the_one_that_is_named_with_the_clusters_schema_by_default() -> None:
    database = plan(slurm={"Database": DATABASE}, password="secret").database

    assert database is not None
    assert (database.host, database.port, database.user) == ("db.example.org", 3307, "pcluster")
    assert (database.name, database.password) == ("pcluster_one", "secret")
    assert "secret" not in repr(database)


def test_a_database_without_a_port_has_mariadbs() -> None:
    assert database_address({"Uri": "db.example.org"}) == ("db.example.org", 3306)


def test_without_a_database_there_is_no_accounting() -> None:
    assert plan().database is None
