"""A cluster's configuration, as ParallelCluster's schema wants it.

A pure function of its arguments. Strings may be CDK tokens; numbers and booleans are real ones,
since ParallelCluster refuses "8" for 8 and CloudFormation would make strings of them.

Source: AWS ParallelCluster user guide, "Cluster configuration file" (version 3).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hpc_constructs.node_scripts.job_records.settings import HOOKS
from hpc_constructs.slurm_accounting import SlurmAccounting
from hpc_constructs.slurm_rest_api import SlurmRestApi
from hpc_constructs.storage import Mount
from hpc_constructs.tier import Capacity, ComputeResource, Queue, Tier

Section = dict[str, object]

OPERATING_SYSTEM = "alinux2023"
HEAD_NODE_BOOTSTRAP_SECONDS = 2100
# One key an item: ParallelCluster checks no more of each.
_JOB_HOOKS = (
    {"EpilogSlurmctld": f"{HOOKS}/epilog_slurmctld"},
    {"TaskProlog": f"{HOOKS}/task_prolog"},
)
# Where Slurm is asked by more than those who log in, or keeps what they did.
_PRIVATE = ({"PrivateData": "jobs,usage"}, {"DisableRootJobs": "YES"})
_MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True, kw_only=True)
class NodeScript:
    """A script that nodes fetch and run when ParallelCluster has configured them.

    Attributes:
        bucket: the bucket's name.
        key: the object's key.
        head_node_arguments: the arguments on the head node.
        compute_node_arguments: the arguments on a compute node.
    """

    bucket: str
    key: str
    head_node_arguments: tuple[str, ...]
    compute_node_arguments: tuple[str, ...]

    def action(self, arguments: Sequence[str]) -> Section:
        """The OnNodeConfigured action that runs it."""
        return {"Script": f"s3://{self.bucket}/{self.key}", "Args": list(arguments)}


@dataclass(frozen=True, kw_only=True)
class Placement:
    """Where nodes are, and who reaches them.

    Attributes:
        region: the AWS region.
        subnet_id: the one subnet of the head node and all compute nodes.
        head_node_security_group_ids: all that the head node has: ParallelCluster makes none.
        compute_security_group_ids: the same for compute nodes.
    """

    region: str
    subnet_id: str
    head_node_security_group_ids: tuple[str, ...]
    compute_security_group_ids: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class NodePermissions:
    """What limits and widens the roles that ParallelCluster makes for nodes.

    Attributes:
        boundary_arn: the permissions boundary of every role of the cluster.
        policy_arns: managed policies for every node, beside ParallelCluster's own.
    """

    boundary_arn: str
    policy_arns: tuple[str, ...]


def cluster_configuration(
    *,
    tier: Tier,
    placement: Placement,
    permissions: NodePermissions,
    mounts: Sequence[Mount],
    node_script: NodeScript,
    admin_key_name: str,
    artifacts_bucket: str,
    log_retention_days: int,
    tags: Mapping[str, str],
    accounting: SlurmAccounting | None = None,
    rest_api: SlurmRestApi | None = None,
    detailed_monitoring: bool | str = False,
) -> Section:
    """The whole configuration of one cluster.

    Args:
        tier: its shape.
        placement: its subnet and security groups.
        permissions: of its roles.
        mounts: its shared file systems.
        node_script: what its nodes run when they are configured.
        admin_key_name: the EC2 key pair of the default user, `ec2-user`.
        artifacts_bucket: a versioned bucket for ParallelCluster's own files.
        log_retention_days: how long ParallelCluster's log group keeps events.
        tags: for everything that ParallelCluster makes, at most 40.
        accounting: where Slurm keeps records of jobs, if it does.
        rest_api: for whose tokens the head node serves Slurm's REST API, if it does.
        detailed_monitoring: whether EC2 has compute nodes' metrics every minute instead of every
            five, at a price; or a token that is `true` or `false`, which ParallelCluster reads too.
    """
    queues = [_queue(queue, placement, permissions, node_script) for queue in tier.queues]
    return {
        "Region": placement.region,
        "Image": {"Os": OPERATING_SYSTEM},
        "Imds": {"ImdsSupport": "v2.0"},
        "CustomS3Bucket": artifacts_bucket,
        "Iam": {
            "ResourcePrefix": "/parallelcluster/",
            "PermissionsBoundary": permissions.boundary_arn,
        },
        "HeadNode": _head_node(
            tier, placement, permissions, node_script, admin_key_name, rest_api=rest_api
        ),
        "Scheduling": {
            "Scheduler": "slurm",
            "SlurmSettings": _slurm_settings(tier, accounting, rest_api),
            "SlurmQueues": queues,
        },
        "SharedStorage": [mount.shared_storage() for mount in mounts],
        "Monitoring": {
            "DetailedMonitoring": detailed_monitoring,
            "Logs": {
                "CloudWatch": {
                    "Enabled": True,
                    "RetentionInDays": log_retention_days,
                    "DeletionPolicy": "Retain",
                },
                "Rotation": {"Enabled": True},
            },
            "Dashboards": {"CloudWatch": {"Enabled": False}},
            "Alarms": {"Enabled": False},
        },
        "Tags": [{"Key": key, "Value": value} for key, value in tags.items()],
        "DevSettings": {"Timeouts": {"HeadNodeBootstrapTimeout": HEAD_NODE_BOOTSTRAP_SECONDS}},
    }


def _head_node(
    tier: Tier,
    placement: Placement,
    permissions: NodePermissions,
    node_script: NodeScript,
    admin_key_name: str,
    *,
    rest_api: SlurmRestApi | None,
) -> Section:
    iam = _iam(permissions, node_script)
    if rest_api:
        keys = {"BucketName": rest_api.keys_bucket_name, "KeyName": rest_api.keys_key}
        iam["S3Access"] = [*_s3_access(node_script), keys]
    return {
        "InstanceType": tier.head_node_instance_type,
        "Networking": {
            "SubnetId": placement.subnet_id,
            # Not "AdditionalSecurityGroups": beside those ParallelCluster makes groups of its own,
            # which let nodes begin connections to anywhere.
            "SecurityGroups": list(placement.head_node_security_group_ids),
        },
        "Ssh": {"KeyName": admin_key_name},
        "LocalStorage": {"RootVolume": _root_volume(tier.head_node_root_volume_gib)},
        "SharedStorageType": "Ebs",
        "Imds": {"Secured": True},
        "CustomActions": {
            # Before slurmctld starts, which it doesn't without the hooks that slurm.conf names.
            "OnNodeStart": node_script.action(["--stage=start", *node_script.head_node_arguments]),
            "OnNodeConfigured": node_script.action(node_script.head_node_arguments),
        },
        "Iam": iam,
    }


def _slurm_settings(
    tier: Tier, accounting: SlurmAccounting | None, rest_api: SlurmRestApi | None
) -> Section:
    database: Section = {"Database": accounting.database_settings()} if accounting else {}
    more = [
        *(accounting.slurm_settings() if accounting else ()),
        *(rest_api.slurm_settings() if rest_api else ()),
        *(_PRIVATE if accounting or rest_api else ()),
    ]
    return {
        # Route 53 has no VPC endpoint: node names are EC2's.
        "Dns": {"DisableManagedDns": True, "UseEc2Hostnames": True},
        "ScaledownIdletime": 10,
        "QueueUpdateStrategy": "DRAIN",
        # Slurm knows one memory size a node set: not with several instance types.
        "EnableMemoryBasedScheduling": not _mixes_instance_types(tier),
        **database,
        "CustomSlurmSettings": [*_JOB_HOOKS, *more],
    }


def _queue(
    queue: Queue, placement: Placement, permissions: NodePermissions, node_script: NodeScript
) -> Section:
    spot: Section = {"AllocationStrategy": "capacity-optimized"}
    return {
        "Name": queue.name,
        "CapacityType": "SPOT" if queue.capacity is Capacity.SPOT else "ONDEMAND",
        **(spot if queue.capacity is Capacity.SPOT else {}),
        "JobExclusiveAllocation": queue.exclusive,
        "ComputeResources": [
            _compute_resource(resource, placement_group=queue.placement_group)
            for resource in queue.compute_resources
        ],
        "Networking": {
            "SubnetIds": [placement.subnet_id],
            "SecurityGroups": list(placement.compute_security_group_ids),
        },
        "CustomSlurmSettings": {"MaxTime": slurm_time(queue.time_limit_minutes)},
        "ComputeSettings": {"LocalStorage": {"RootVolume": _root_volume(queue.root_volume_gib)}},
        "CustomActions": {
            "OnNodeConfigured": node_script.action(node_script.compute_node_arguments)
        },
        "Iam": _iam(permissions, node_script),
    }


def _compute_resource(resource: ComputeResource, *, placement_group: bool) -> Section:
    return {
        "Name": resource.name,
        "Instances": [{"InstanceType": name} for name in resource.instance_types],
        "MinCount": resource.min_nodes,
        "MaxCount": resource.max_nodes,
        "DisableSimultaneousMultithreading": not resource.smt,
        "Efa": {"Enabled": resource.efa},
        "Networking": {"PlacementGroup": {"Enabled": placement_group}},
    }


def _iam(permissions: NodePermissions, node_script: NodeScript) -> Section:
    return {
        "S3Access": _s3_access(node_script),
        "AdditionalIamPolicies": [{"Policy": arn} for arn in permissions.policy_arns],
    }


def _s3_access(node_script: NodeScript) -> list[Section]:
    return [{"BucketName": node_script.bucket, "KeyName": node_script.key}]


def _root_volume(size_gib: int) -> Section:
    return {"Size": size_gib, "VolumeType": "gp3", "Encrypted": True}


def _mixes_instance_types(tier: Tier) -> bool:
    return any(
        len(resource.instance_types) > 1
        for queue in tier.queues
        for resource in queue.compute_resources
    )


def slurm_time(minutes: int) -> str:
    """A time limit as slurm.conf writes it: `[days-]hours:minutes:seconds`."""
    days, rest = divmod(minutes, _MINUTES_A_DAY)
    clock = f"{rest // 60:02}:{rest % 60:02}:00"
    return f"{days}-{clock}" if days else clock
