"""ParallelCluster: one private HPC cluster in one stack."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aws_cdk import Aws, CfnOutput, CustomResource, RemovalPolicy, Stack, Token
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
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
from hpc_constructs.node_permissions import ClusterPolicy
from hpc_constructs.node_scripts import NodeScriptLocation
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
        artifacts: a versioned bucket for ParallelCluster's configuration and templates.
    """

    home: HomeDirectory
    lustre: ScratchFileSystem | None = None
    artifacts: s3.IBucket


@dataclass(frozen=True, kw_only=True)
class ClusterKeys:
    """Who may log in.

    Attributes:
        admin_key_name: the EC2 key pair of `ec2-user`, who has sudo.
        user_public_key: the public key of `sim`, who has not: `ssh-ed25519 AAAA…`.
    """

    admin_key_name: str
    user_public_key: str


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
        job_log_group_name: str | None = None,
        log_retention_days: int = 180,
        tags: Mapping[str, str] | None = None,
        suppressed_validators: Sequence[str] = (),
        registry_entry: RegistryEntry | None = None,
    ) -> None:
        super().__init__(scope, id_)
        if not Token.is_unresolved(cluster_name) and not _CLUSTER_NAME.match(cluster_name):
            raise InvalidClusterName(cluster_name)
        self._keep_job_records(
            job_log_group_name or f"/hpc/jobs/{cluster_name}", log_retention_days
        )
        policy = ClusterPolicy(
            self,
            "Policy",
            file_system_arn=storage.home.file_system_arn,
            access_point_arn=storage.home.access_point_arn,
        )
        configuration = cluster_configuration(
            tier=tier,
            placement=_placement(network),
            permissions=NodePermissions(
                boundary_arn=permissions_boundary.managed_policy_arn,
                policy_arns=(policy.managed_policy_arn,),
            ),
            mounts=_mounts(storage),
            node_script=_node_script(node_script, cluster_name, keys),
            admin_key_name=keys.admin_key_name,
            artifacts_bucket=storage.artifacts.bucket_name,
            log_retention_days=log_retention_days,
            tags=tags or {},
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
                **_registry_properties(registry_entry),
            },
        )
        self._tell_attributes(storage)

    def _keep_job_records(self, name: str, retention_days: int) -> None:
        """A log group for the records of the cluster's jobs; it stays when the cluster goes."""
        group = logs.CfnLogGroup(
            self, "JobRecords", log_group_name=name, retention_in_days=retention_days
        )
        group.apply_removal_policy(RemovalPolicy.RETAIN)

    def _tell_attributes(self, storage: ClusterStorage) -> None:
        """Make the cluster's attributes outputs of its stack, under their own names."""
        values = {name: self.cluster.get_att_string(name) for name in CLUSTER_ATTRIBUTES}
        if storage.lustre:
            values["FileSystemId"] = storage.lustre.file_system_id
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


def _node_script(location: NodeScriptLocation, cluster_name: str, keys: ClusterKeys) -> NodeScript:
    cluster = ("--cluster-name", cluster_name)
    return NodeScript(
        bucket=location.bucket_name,
        key=location.key,
        head_node_arguments=("--node", "head", *cluster, "--user-key", keys.user_public_key),
        compute_node_arguments=("--node", "compute", *cluster),
    )


def _registry_properties(entry: RegistryEntry | None) -> dict[str, str]:
    return {"RegistryId": entry.id, "Creation": entry.creation} if entry else {}
