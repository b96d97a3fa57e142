"""ParallelCluster: one private HPC cluster in one stack."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aws_cdk import Aws, CfnOutput, CustomResource, Fn, RemovalPolicy, Stack, Token
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from constructs import Construct

from hpc_constructs.configuration import (
    NodePermissions,
    NodeScript,
    Placement,
    cluster_configuration,
)
from hpc_constructs.errors import InvalidClusterName
from hpc_constructs.node_arguments import BucketMount, node_arguments
from hpc_constructs.node_permissions import ClusterPolicy
from hpc_constructs.node_scripts import NodeScriptLocation
from hpc_constructs.own_cluster import JOB_RECORDS
from hpc_constructs.slurm_accounting import SlurmAccounting
from hpc_constructs.slurm_rest_api import SlurmRestApi
from hpc_constructs.storage import HomeDirectory, Mount, ScratchFileSystem
from hpc_constructs.tier import Tier

_CLUSTER_NAME = re.compile(r"^[a-zA-Z][a-zA-Z0-9-]{1,39}$")

# What the provider returns of a cluster, each a string: also the names of the stack's outputs.
CLUSTER_ATTRIBUTES = (
    "ClusterStackArn",
    "ClusterStackStatus",
    "ClusterStatus",
    "ComputeFleetStatus",
    "HeadNodeInstanceId",
    "HeadNodeInstanceType",
    "HeadNodeLaunchTime",
    "HeadNodePrivateIp",
    "HeadNodeState",
    "Version",
)
# And this, where the head node serves Slurm's REST API.
CERTIFICATE_ATTRIBUTE = "SlurmRestCertificateSha256"


@dataclass(frozen=True, kw_only=True)
class ClusterNetwork:
    """Where a cluster lives.

    Attributes:
        subnet: of all its nodes; nobody else's.
        node_security_group: lets the cluster's nodes talk to each other: a `NodeSecurityGroup`.
        head_node_security_group: lets a head node reach endpoints and storage, and users reach it.
        compute_security_group: the same for compute nodes.
    """

    subnet: ec2.ISubnet
    node_security_group: ec2.ISecurityGroup
    head_node_security_group: ec2.ISecurityGroup
    compute_security_group: ec2.ISecurityGroup


@dataclass(frozen=True, kw_only=True)
class ClusterStorage:
    """What a cluster mounts, and where ParallelCluster keeps its own files.

    Attributes:
        home: the project's directory on EFS.
        lustre: the file system of its own at `/obi/data`, if there is one.
        buckets: what nodes mount from S3 below `/obi/data`.
        artifacts: a versioned bucket for ParallelCluster's configuration and templates.
        bucket_keys: of the encrypted buckets that nodes read, `artifacts` among them.
    """

    home: HomeDirectory
    lustre: ScratchFileSystem | None = None
    buckets: tuple[BucketMount, ...] = ()
    artifacts: s3.IBucket
    bucket_keys: tuple[kms.IKey, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ClusterKeys:
    """Who may log in.

    Attributes:
        admin_key_name: the EC2 key pair of `ec2-user`, who has sudo.
        user_public_key: the public key of `sim`, who has not: `ssh-ed25519 AAAA…`.
        more_users: users beside `sim`: `name:uid:ssh-ed25519 AAAA…`, with commas between.
    """

    admin_key_name: str
    user_public_key: str
    more_users: str = ""


@dataclass(frozen=True, kw_only=True)
class RegistryEntry:
    """The record that the provider tells of failures; of use with a registry only.

    Attributes:
        id: of the cluster's record.
        creation: the creation that this stack is.
    """

    id: str
    creation: str


class ParallelCluster(Construct):
    """A cluster, made and deleted by AWS ParallelCluster through a custom resource.

    Attributes:
        cluster: the custom resource: what must outlive the cluster, this must depend on.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        service_token: str,
        cluster_name: str,
        tier: Tier,
        network: ClusterNetwork,
        storage: ClusterStorage,
        keys: ClusterKeys,
        node_script: NodeScriptLocation,
        permissions_boundary: iam.IManagedPolicy,
        accounting: SlurmAccounting | None = None,
        rest_api: SlurmRestApi | None = None,
        job_log_group_name: str | None = None,
        job_log_key: kms.IKey | None = None,
        log_retention_days: int = 180,
        tags: Mapping[str, str] | None = None,
        detailed_monitoring: bool | str = False,
        suppressed_validators: Sequence[str] = (),
        registry_entry: RegistryEntry | None = None,
        session_manager: bool = False,
    ) -> None:
        super().__init__(scope, id_)
        if not Token.is_unresolved(cluster_name) and not _CLUSTER_NAME.match(cluster_name):
            raise InvalidClusterName(cluster_name)
        job_log_group = job_log_group_name or f"{JOB_RECORDS}/{cluster_name}-{_creation(self)}"
        self._keep_job_records(job_log_group, log_retention_days, job_log_key)
        policy = ClusterPolicy(
            self,
            "Policy",
            file_system_arn=storage.home.file_system_arn,
            access_point_arn=storage.home.access_point_arn,
            bucket_keys=storage.bucket_keys,
            mounts=storage.buckets,
            tag_keys=list(tags or {}),
            session_manager=session_manager,
        )
        everywhere = node_arguments(
            cluster_name=cluster_name,
            lustre=storage.lustre is not None,
            buckets=storage.buckets,
            users=keys.more_users,
            tags=tags or {},
        )
        configuration = cluster_configuration(
            tier=tier,
            placement=_placement(network),
            permissions=NodePermissions(
                boundary_arn=permissions_boundary.managed_policy_arn,
                policy_arns=(policy.managed_policy_arn,),
            ),
            mounts=_mounts(storage),
            node_script=_node_script(
                node_script,
                everywhere,
                keys,
                accounting=accounting,
                rest_api=rest_api,
                job_log_group=job_log_group,
            ),
            admin_key_name=keys.admin_key_name,
            artifacts_bucket=storage.artifacts.bucket_name,
            log_retention_days=log_retention_days,
            tags=tags or {},
            accounting=accounting,
            rest_api=rest_api,
            detailed_monitoring=detailed_monitoring,
        )
        self.cluster = CustomResource(
            self,
            "Cluster",
            service_token=service_token,
            resource_type="Custom::ParallelCluster",
            properties={
                "ClusterName": cluster_name,
                # CloudFormation makes strings of all a custom resource's properties. As one JSON
                # string the configuration keeps its numbers and booleans.
                "ClusterConfiguration": Stack.of(self).to_json_string(configuration),
                "SuppressValidators": json.dumps(list(suppressed_validators)),
                **({"SlurmRest": "true"} if rest_api else {}),
                **_registry_properties(registry_entry),
            },
        )
        self._tell_attributes(storage, rest_api)

    def _keep_job_records(self, name: str, retention_days: int, key: kms.IKey | None) -> None:
        """A log group for the records of the cluster's jobs; it stays when the cluster goes."""
        group = logs.CfnLogGroup(
            self,
            "JobRecords",
            log_group_name=name,
            retention_in_days=retention_days,
            kms_key_id=key.key_arn if key else None,
        )
        group.apply_removal_policy(RemovalPolicy.RETAIN)

    def _tell_attributes(self, storage: ClusterStorage, rest_api: SlurmRestApi | None) -> None:
        """Make the cluster's attributes outputs of its stack, under their own names."""
        values = {name: self.cluster.get_att_string(name) for name in CLUSTER_ATTRIBUTES}
        if storage.lustre:
            values["FileSystemId"] = storage.lustre.file_system_id
        if rest_api:
            values["SlurmRestUrl"] = rest_api.url(values["HeadNodePrivateIp"])
            values[CERTIFICATE_ATTRIBUTE] = self.cluster.get_att_string(CERTIFICATE_ATTRIBUTE)
        for name, value in values.items():
            CfnOutput(self, name, value=value).override_logical_id(name)


def _placement(network: ClusterNetwork) -> Placement:
    own = network.node_security_group.security_group_id
    return Placement(
        region=Aws.REGION,
        subnet_id=network.subnet.subnet_id,
        head_node_security_group_ids=(own, network.head_node_security_group.security_group_id),
        compute_security_group_ids=(own, network.compute_security_group.security_group_id),
    )


def _mounts(storage: ClusterStorage) -> list[Mount]:
    lustre: list[Mount] = [storage.lustre.mount] if storage.lustre else []
    return [storage.home.mount, *lustre]


def _creation(scope: Construct) -> str:
    """Eight characters of the stack's id, anew each time that the stack is made.

    A cluster's role may write to a group whose name ends so, and to no other cluster's.
    """
    uuid = Fn.select(2, Fn.split("/", Stack.of(scope).stack_id))
    return Fn.select(0, Fn.split("-", uuid))


def _node_script(
    location: NodeScriptLocation,
    everywhere: Sequence[str],
    keys: ClusterKeys,
    *,
    accounting: SlurmAccounting | None,
    rest_api: SlurmRestApi | None,
    job_log_group: str,
) -> NodeScript:
    return NodeScript(
        bucket=location.bucket_name,
        key=location.key,
        head_node_arguments=(
            "--node=head",
            *everywhere,
            f"--user-key={keys.user_public_key}",
            *(accounting.node_arguments() if accounting else ()),
            f"--job-log-group={job_log_group}",
            *(rest_api.node_arguments() if rest_api else ()),
        ),
        compute_node_arguments=("--node=compute", *everywhere),
    )


def _registry_properties(entry: RegistryEntry | None) -> dict[str, str]:
    return {"RegistryId": entry.id, "Creation": entry.creation} if entry else {}
