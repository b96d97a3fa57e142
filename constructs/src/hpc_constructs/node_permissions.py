"""What a cluster's nodes may do: a ceiling for all clusters, and what one cluster adds.

ParallelCluster's own policies let every node use the whole EFS file system, tag any instance and
write any log group. The boundary takes that back: what is confined is confined by the cluster's
name, which every role of a cluster bears as the tag `parallelcluster:cluster-name`.

Sources: ParallelCluster user guide, "IAM permissions"; IAM user guide, "Permissions boundaries".
"""

from aws_cdk import Aws, Stack
from aws_cdk import aws_efs as efs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

_TAG = "parallelcluster:cluster-name"
_CLUSTER = f"${{aws:PrincipalTag/{_TAG}}}"

POLICY_PATH = "/parallelcluster/"


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
    ) -> None:
        super().__init__(
            scope,
            id_,
            path=POLICY_PATH,
            description="The most that any role of any cluster may do",
            statements=[
                *_own_instances(Stack.of(scope)),
                *_files(artifacts, node_scripts),
                *_state(Stack.of(scope)),
                iam.PolicyStatement(
                    sid="SharedFileSystem",
                    actions=[
                        "elasticfilesystem:ClientMount",
                        "elasticfilesystem:ClientWrite",
                        "elasticfilesystem:ClientRootAccess",
                    ],
                    resources=[file_system.file_system_arn],
                ),
            ],
        )


class ClusterPolicy(iam.ManagedPolicy):
    """What one cluster's nodes may not do, whatever else allows it: use others' directories."""

    def __init__(
        self, scope: Construct, id_: str, *, file_system_arn: str, access_point_arn: str
    ) -> None:
        super().__init__(
            scope,
            id_,
            path=POLICY_PATH,
            description="Confines a cluster to its own directory of the shared file system",
            statements=[
                iam.PolicyStatement(
                    sid="NoOtherAccessPoint",
                    effect=iam.Effect.DENY,
                    actions=[
                        "elasticfilesystem:ClientMount",
                        "elasticfilesystem:ClientWrite",
                        "elasticfilesystem:ClientRootAccess",
                    ],
                    resources=[file_system_arn],
                    # A mount without an access point has no such key, and is denied too.
                    conditions={
                        "StringNotEquals": {"elasticfilesystem:AccessPointArn": access_point_arn}
                    },
                )
            ],
        )


def _own_instances(stack: Stack) -> list[iam.PolicyStatement]:
    def ec2(resource: str) -> str:
        return stack.format_arn(service="ec2", resource=resource, resource_name="*")

    launched = [ec2("instance"), ec2("volume"), ec2("network-interface"), ec2("fleet")]
    return [
        iam.PolicyStatement(
            sid="Look",
            actions=[
                "ec2:Describe*",
                "autoscaling:DescribeAutoScalingGroups",
                "cloudwatch:PutMetricData",
                "elasticfilesystem:DescribeMountTargets",
            ],
            resources=["*"],
        ),
        iam.PolicyStatement(
            sid="Launch",
            actions=["ec2:RunInstances", "ec2:CreateFleet"],
            resources=[
                *launched,
                ec2("subnet"),
                ec2("security-group"),
                ec2("launch-template"),
                ec2("placement-group"),
                ec2("key-pair"),
                stack.format_arn(service="ec2", account="", resource="image", resource_name="*"),
            ],
        ),
        iam.PolicyStatement(
            sid="TagWhatIsLaunched",
            actions=["ec2:CreateTags"],
            resources=launched,
            conditions={"StringEquals": {"ec2:CreateAction": ["RunInstances", "CreateFleet"]}},
        ),
        iam.PolicyStatement(
            sid="OwnInstancesAndVolumes",
            actions=[
                "ec2:TerminateInstances",
                "ec2:CreateTags",
                "ec2:AttachVolume",
                "ec2:DetachVolume",
                "ec2:GetConsoleOutput",
            ],
            resources=[ec2("instance"), ec2("volume")],
            conditions={"StringEquals": {f"aws:ResourceTag/{_TAG}": _CLUSTER}},
        ),
        iam.PolicyStatement(
            sid="PassOwnRoles",
            actions=["iam:PassRole"],
            resources=[
                stack.format_arn(
                    service="iam",
                    region="",
                    resource="role",
                    resource_name=f"parallelcluster/{_CLUSTER}/*",
                )
            ],
        ),
    ]


def _files(artifacts: s3.IBucket, node_scripts: s3.IBucket) -> list[iam.PolicyStatement]:
    own = f"parallelcluster/*/clusters/{_CLUSTER}-*"
    public = (f"{Aws.REGION}-aws-parallelcluster", f"al2023-repos-{Aws.REGION}-*")
    return [
        iam.PolicyStatement(
            sid="OwnArtifacts",
            actions=["s3:GetObject*", "s3:DeleteObject*"],
            resources=[artifacts.arn_for_objects(own)],
        ),
        iam.PolicyStatement(
            sid="FindArtifacts",
            actions=["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketVersions"],
            resources=[artifacts.bucket_arn],
        ),
        iam.PolicyStatement(
            sid="ScriptsAndPackages",
            actions=["s3:GetObject"],
            resources=[
                node_scripts.arn_for_objects("*"),
                *(f"arn:{Aws.PARTITION}:s3:::{bucket}/*" for bucket in public),
            ],
        ),
    ]


def _state(stack: Stack) -> list[iam.PolicyStatement]:
    def log_group(name: str) -> str:
        return f"arn:{Aws.PARTITION}:logs:{stack.region}:{stack.account}:log-group:{name}:*"

    return [
        iam.PolicyStatement(
            sid="OwnTables",
            actions=[
                "dynamodb:GetItem",
                "dynamodb:BatchGetItem",
                "dynamodb:PutItem",
                "dynamodb:BatchWriteItem",
                "dynamodb:UpdateItem",
                "dynamodb:DeleteItem",
                "dynamodb:Query",
            ],
            resources=[
                stack.format_arn(service="dynamodb", resource="table", resource_name=name)
                for prefix in ("parallelcluster", "parallelcluster-slurm")
                for name in (f"{prefix}-{_CLUSTER}", f"{prefix}-{_CLUSTER}/index/*")
            ],
        ),
        iam.PolicyStatement(
            sid="OwnLogs",
            actions=[
                "logs:CreateLogStream",
                "logs:DescribeLogStreams",
                "logs:PutLogEvents",
            ],
            resources=[
                log_group(f"/aws/parallelcluster/{_CLUSTER}-*"),
                log_group(f"/hpc/jobs/{_CLUSTER}-*"),
                # ParallelCluster's clean-up function, whose role has this boundary too.
                log_group("/aws/lambda/pcluster-*"),
            ],
        ),
        iam.PolicyStatement(
            sid="OwnStacks",
            actions=[
                "cloudformation:DescribeStacks",
                "cloudformation:DescribeStackResource",
                "cloudformation:SignalResource",
            ],
            # The queues' stack is nested: its name begins with the cluster's.
            resources=[
                stack.format_arn(
                    service="cloudformation", resource="stack", resource_name=f"{_CLUSTER}{rest}"
                )
                for rest in ("/*", "-*/*")
            ],
        ),
    ]
