"""What a tier becomes in ParallelCluster's words."""

from typing import Any

import pytest

from embedded_aws.laboratory.slurm_configuration import ENFORCED
from hpc_constructs import (
    Capacity,
    ComputeResource,
    InvalidTier,
    LustreSize,
    Queue,
    Tier,
)
from hpc_constructs.configuration import (
    NodePermissions,
    NodeScript,
    Placement,
    cluster_configuration,
    slurm_time,
)
from slurm_examples import ACCOUNTING, REST_API

RESOURCE = ComputeResource(name="c7a", instance_types=("c7a.48xlarge",), max_nodes=4)
QUEUE = Queue(name="prod", time_limit_minutes=60, compute_resources=(RESOURCE,))


def configured(*queues: Queue, **more: Any) -> dict[str, Any]:
    return cluster_configuration(
        tier=Tier(name="tier", head_node_instance_type="t3.medium", queues=queues),
        placement=Placement(
            region="us-east-1",
            subnet_id="subnet-1",
            head_node_security_group_ids=("sg-1",),
            compute_security_group_ids=("sg-2",),
        ),
        permissions=NodePermissions(boundary_arn="arn:boundary", policy_arns=("arn:policy",)),
        mounts=[],
        node_script=NodeScript(
            bucket="scripts",
            key="configure.sh",
            head_node_arguments=("--node", "head"),
            compute_node_arguments=("--node", "compute"),
        ),
        admin_key_name="admin",
        artifacts_bucket="artifacts",
        log_retention_days=30,
        tags={"owner": "lab"},
        **more,
    )


def first_queue(configuration: dict[str, Any]) -> dict[str, Any]:
    return dict(configuration["Scheduling"]["SlurmQueues"][0])


@pytest.mark.parametrize(
    ("minutes", "written"),
    [(1, "00:01:00"), (60, "01:00:00"), (1439, "23:59:00"), (1440, "1-00:00:00")],
)
def test_time_limits_are_written_as_slurm_reads_them(minutes: int, written: str) -> None:
    assert slurm_time(minutes) == written


def test_slurm_s_hooks_are_there_before_slurm_is_configured() -> None:
    configuration = configured(QUEUE)
    before = configuration["HeadNode"]["CustomActions"]["OnNodeStart"]["Args"]

    assert configuration["Scheduling"]["SlurmSettings"]["CustomSlurmSettings"] == [
        {"EpilogSlurmctld": "/opt/slurm/etc/job-records/epilog_slurmctld"},
        {"TaskProlog": "/opt/slurm/etc/job-records/task_prolog"},
    ]
    assert before == ["--stage=start", "--node", "head"]


def test_with_the_rest_api_slurm_takes_tokens_and_the_head_node_alone_reads_the_realm_s_keys() -> (
    None
):
    configuration = configured(QUEUE, rest_api=REST_API)

    assert configuration["Scheduling"]["SlurmSettings"]["CustomSlurmSettings"][-4:] == [
        {"AuthAltTypes": "auth/jwt"},
        {"AuthAltParameters": "jwks=/opt/slurm/etc/slurm-rest/jwks.json"},
        {"PrivateData": "jobs,usage"},
        {"DisableRootJobs": "YES"},
    ]
    scripts = {"BucketName": "scripts", "KeyName": "configure.sh"}
    keys = {"BucketName": "keys-1", "KeyName": "slurm-rest/jwks.json"}
    assert configuration["HeadNode"]["Iam"]["S3Access"] == [scripts, keys]
    assert first_queue(configuration)["Iam"]["S3Access"] == [scripts]


def test_with_accounting_and_the_rest_api_nothing_is_said_twice() -> None:
    both = configured(QUEUE, rest_api=REST_API, accounting=ACCOUNTING)

    names = [
        name for line in both["Scheduling"]["SlurmSettings"]["CustomSlurmSettings"] for name in line
    ]
    assert len(set(names)) == len(names)


def test_a_cluster_is_offline_and_bounded() -> None:
    configuration = configured(QUEUE)

    assert configuration["Scheduling"]["SlurmSettings"]["Dns"] == {
        "DisableManagedDns": True,
        "UseEc2Hostnames": True,
    }
    assert configuration["Iam"]["PermissionsBoundary"] == "arn:boundary"
    assert configuration["HeadNode"]["Imds"] == {"Secured": True}
    assert configuration["Imds"] == {"ImdsSupport": "v2.0"}


def test_nodes_have_the_groups_they_are_given_and_none_that_parallelcluster_makes() -> None:
    configuration = configured(QUEUE)

    assert configuration["HeadNode"]["Networking"] == {
        "SubnetId": "subnet-1",
        "SecurityGroups": ["sg-1"],
    }
    assert first_queue(configuration)["Networking"] == {
        "SubnetIds": ["subnet-1"],
        "SecurityGroups": ["sg-2"],
    }


def test_every_node_runs_the_script_and_may_read_nothing_else() -> None:
    configuration = configured(QUEUE)

    for section in (configuration["HeadNode"], first_queue(configuration)):
        script = section["CustomActions"]["OnNodeConfigured"]["Script"]
        assert script == "s3://scripts/configure.sh"
        assert section["Iam"]["S3Access"] == [{"BucketName": "scripts", "KeyName": "configure.sh"}]


def test_a_spot_queue_lets_ec2_choose_by_capacity() -> None:
    queue = Queue(
        name="batch",
        capacity=Capacity.SPOT,
        time_limit_minutes=60,
        compute_resources=(RESOURCE,),
    )

    section = first_queue(configured(queue))

    assert section["CapacityType"] == "SPOT"
    assert section["AllocationStrategy"] == "capacity-optimized"
    assert "AllocationStrategy" not in first_queue(configured(QUEUE))


def test_memory_is_scheduled_unless_instance_types_are_mixed() -> None:
    mixed = ComputeResource(name="any", instance_types=("m7a.2xlarge", "c7a.2xlarge"), max_nodes=1)
    queue = Queue(name="mixed", time_limit_minutes=60, compute_resources=(mixed,))

    by_memory = [
        configured(q)["Scheduling"]["SlurmSettings"]["EnableMemoryBasedScheduling"]
        for q in (QUEUE, queue)
    ]

    assert by_memory == [True, False]


@pytest.mark.parametrize(
    "make",
    [
        lambda: ComputeResource(name="C7A", instance_types=("c7a.48xlarge",), max_nodes=1),
        lambda: ComputeResource(name="c7a", instance_types=(), max_nodes=1),
        lambda: ComputeResource(name="c7a", instance_types=("a",), min_nodes=2, max_nodes=1),
        lambda: Queue(name="default", time_limit_minutes=1, compute_resources=(RESOURCE,)),
        lambda: Queue(name="prod", time_limit_minutes=0, compute_resources=(RESOURCE,)),
        lambda: Tier(name="tier", head_node_instance_type="t3.medium", queues=(QUEUE, QUEUE)),
        lambda: LustreSize(capacity_gib=3000),
        lambda: LustreSize(throughput_mb_s_per_tib=100),
    ],
)
def test_what_parallelcluster_would_refuse_is_refused_when_it_is_written(make: Any) -> None:
    with pytest.raises(InvalidTier, match="allowed is"):
        make()


def test_the_laboratory_s_slurm_is_set_as_clusters_with_accounting_are() -> None:
    accounted, plain = (
        configured(QUEUE, **more)["Scheduling"]["SlurmSettings"]["CustomSlurmSettings"]
        for more in ({"accounting": ACCOUNTING}, {})
    )

    settings = [
        f"{key}={value}" for row in accounted if row not in plain for key, value in row.items()
    ]

    assert settings == list(ENFORCED)
