"""What a cluster's nodes may do: a ceiling for all clusters, and what one cluster adds.

ParallelCluster's own policies let every node use the whole EFS file system, tag any instance and
write any log group. The boundary takes that back: what is confined is confined by the cluster's
name, which every role of a cluster bears as the tag `parallelcluster:cluster-name`.

A boundary has 6144 characters at most. So what needs no condition is one statement, and what only
nodes must not do, the cluster's policy denies them.

Sources: ParallelCluster user guide, "IAM permissions"; IAM user guide, "Permissions boundaries".
"""

from collections.abc import Sequence

from aws_cdk import ArnFormat, Aws, Stack
from aws_cdk import aws_efs as efs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from hpc_constructs.bucket_keys import read_on_nodes
from hpc_constructs.mounted_buckets import read_mounted
from hpc_constructs.node_arguments import BucketMount
from hpc_constructs.node_instance_permissions import instance_permissions, only_known_tags
from hpc_constructs.node_sessions import answer_sessions
from hpc_constructs.own_cluster import ACCOUNTING_PASSWORDS, JOB_RECORDS, OWN_NAME, exactly

POLICY_PATH = "/parallelcluster/"

_MOUNT = [
    "elasticfilesystem:ClientMount",
    "elasticfilesystem:ClientWrite",
    "elasticfilesystem:ClientRootAccess",
]
# Of nodes' daemons, and of CloudWatch's agent. A namespace holds all clusters' metrics.
_METRICS = ["ParallelCluster", "CWAgent"]

_WRITE_LOGS = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"]
# What is appended to a cluster's name: of its directory, its log group, what is of one creation;
# and by Secrets Manager to a secret's.
_DIRECTORY, _MINUTE, _CREATION, _SECRET = exactly(16), exactly(12), exactly(8), exactly(6)
_OWN_DIRECTORY = f"parallelcluster/*/clusters/{OWN_NAME}-{_DIRECTORY}/*"
# ParallelCluster's clean-up function has the boundary too, and a log group named by its stack's
# random id. It has no cluster's policy, which denies it to nodes.
_CLEANING_UP = "/aws/lambda/pcluster-CleanupResources-*"


class NodePermissionsBoundary(iam.ManagedPolicy):
    """The most that any role of any cluster may do."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        artifacts: s3.IBucket,
        node_scripts: s3.IBucket,
        file_system: efs.IFileSystem,
        bucket_keys: Sequence[kms.IKey] = (),
        mounts: Sequence[BucketMount] = (),
        objects: Sequence[str] = (),
        session_manager: bool = False,
    ) -> None:
        """Make it.

        Args:
            scope: CDK's.
            id_: CDK's.
            artifacts: the bucket of ParallelCluster's own files.
            node_scripts: the bucket of what runs on nodes.
            file_system: the one that clusters have directories on.
            bucket_keys: of the buckets that nodes read.
            mounts: what any cluster mounts from S3; where each has its own, the prefix is told by
                a tag of its roles.
            objects: ARNs of what else nodes may be let read in S3, such as a realm's keys.
            session_manager: nodes may be reached by Session Manager.
        """
        stack = Stack.of(scope)
        # The operating system's packages are read without a role.
        public = f"arn:{Aws.PARTITION}:s3:::{Aws.REGION}-aws-parallelcluster/*"
        super().__init__(
            scope,
            id_,
            path=POLICY_PATH,
            description="The most that any role of any cluster may do",
            statements=[
                *instance_permissions(stack),
                _own(stack, artifacts, file_system),
                iam.PolicyStatement(
                    sid="ListOwnArtifacts",
                    actions=["s3:ListBucket", "s3:ListBucketVersions"],
                    resources=[artifacts.bucket_arn],
                    conditions={"StringLike": {"s3:prefix": _OWN_DIRECTORY}},
                ),
                *read_mounted(
                    mounts, besides=[node_scripts.arn_for_objects("*"), public, *objects]
                ),
                *read_on_nodes(bucket_keys),
                iam.PolicyStatement(
                    sid="Metrics",
                    actions=["cloudwatch:PutMetricData"],
                    resources=["*"],
                    conditions={"StringEquals": {"cloudwatch:namespace": _METRICS}},
                ),
                *(answer_sessions(stack) if session_manager else []),
            ],
        )


class ClusterPolicy(iam.ManagedPolicy):
    """What one cluster's nodes may not do, whatever else allows it.

    Use others' directories, give tags that nobody knows, write the clean-up function's logs.

    And what ParallelCluster doesn't grant: to read what they mount from S3, to have S3 decrypt with
    `bucket_keys`, of buckets that nodes read, and with `session_manager` to be reached by it.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        file_system_arn: str,
        access_point_arn: str,
        bucket_keys: Sequence[kms.IKey] = (),
        mounts: Sequence[BucketMount] = (),
        tag_keys: Sequence[str] = (),
        session_manager: bool = False,
    ) -> None:
        stack = Stack.of(scope)
        super().__init__(
            scope,
            id_,
            path=POLICY_PATH,
            description="Confines a cluster to its own directory of the shared file system",
            statements=[
                iam.PolicyStatement(
                    sid="NoOtherAccessPoint",
                    effect=iam.Effect.DENY,
                    actions=_MOUNT,
                    resources=[file_system_arn],
                    # A mount without an access point has no such key, and is denied too.
                    conditions={
                        "StringNotEquals": {"elasticfilesystem:AccessPointArn": access_point_arn}
                    },
                ),
                only_known_tags(tag_keys),
                iam.PolicyStatement(
                    sid="NoLogsOfCleaningUp",
                    effect=iam.Effect.DENY,
                    actions=_WRITE_LOGS,
                    resources=[_log_group(stack, _CLEANING_UP)],
                ),
                *read_on_nodes(bucket_keys),
                *read_mounted(mounts),
                *(answer_sessions(stack) if session_manager else []),
            ],
        )


def _own(stack: Stack, artifacts: s3.IBucket, file_system: efs.IFileSystem) -> iam.PolicyStatement:
    """What is a cluster's own by its name; of the file system, its policy says what is.

    One statement: no action of one row can be asked of another row's resources.
    """

    def arns(service: str, resource: str, *names: str) -> list[str]:
        return [
            stack.format_arn(service=service, resource=resource, resource_name=n) for n in names
        ]

    fleet, nodes = f"parallelcluster-{OWN_NAME}", f"parallelcluster-slurm-{OWN_NAME}"
    rows: list[tuple[list[str], list[str]]] = [
        (
            [
                "s3:DeleteObject",
                "s3:DeleteObjectVersion",
                "s3:GetObject",
                "s3:GetObjectVersion",
            ],
            [artifacts.arn_for_objects(_OWN_DIRECTORY)],
        ),
        (["s3:GetBucketLocation"], [artifacts.bucket_arn]),
        (
            [
                "dynamodb:BatchGetItem",
                "dynamodb:BatchWriteItem",
                "dynamodb:GetItem",
                "dynamodb:PutItem",
                "dynamodb:Query",
                "dynamodb:UpdateItem",
            ],
            arns("dynamodb", "table", fleet, nodes, f"{nodes}/index/*"),
        ),
        (
            [
                "cloudformation:DescribeStackResource",
                "cloudformation:DescribeStacks",
                "cloudformation:SignalResource",
            ],
            # The queues' stack is nested: after the cluster's name comes its logical id, whose
            # capitals no cluster's name has.
            arns("cloudformation", "stack", f"{OWN_NAME}/*", f"{OWN_NAME}-ComputeFleet*/*"),
        ),
        (
            _WRITE_LOGS,
            [
                _log_group(stack, f"/aws/parallelcluster/{OWN_NAME}-{_MINUTE}"),
                _log_group(stack, f"{JOB_RECORDS}/{OWN_NAME}-{_CREATION}"),
                _log_group(stack, _CLEANING_UP),
            ],
        ),
        (_MOUNT, [file_system.file_system_arn]),
        # ParallelCluster lets head nodes read it, and compute nodes not.
        (
            ["secretsmanager:GetSecretValue"],
            [
                stack.format_arn(
                    service="secretsmanager",
                    resource="secret",
                    resource_name=f"{ACCOUNTING_PASSWORDS}/{OWN_NAME}-{_CREATION}-{_SECRET}",
                    arn_format=ArnFormat.COLON_RESOURCE_NAME,
                )
            ],
        ),
    ]
    return iam.PolicyStatement(
        sid="Own",
        actions=[action for actions, _ in rows for action in actions],
        resources=[resource for _, resources in rows for resource in resources],
    )


def _log_group(stack: Stack, name: str) -> str:
    return f"arn:{Aws.PARTITION}:logs:{stack.region}:{stack.account}:log-group:{name}:*"
