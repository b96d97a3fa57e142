"""What the provider may do: all that ParallelCluster does with its caller's permissions.

ParallelCluster creates its stack without a service role, so CloudFormation makes and deletes every
instance, role, function and table of a cluster with the provider's own permissions.

Sources: ParallelCluster user guide, "IAM permissions in AWS ParallelCluster"; the actions of each
resource type's handlers in the CloudFormation registry.
"""

from aws_cdk import Aws, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3

from hpc_constructs.bucket_keys import read_through_s3, write_through_s3
from hpc_constructs.provider_instance_permissions import instance_statements
from hpc_constructs.provider_role_permissions import role_statements

_CLUSTERS = "pcluster-*"
_CLUSTER_STACKS = f"{_CLUSTERS}/*"
_ARTIFACTS = "parallelcluster/*"


def beginning_statements(
    stack: Stack, *, artifacts: s3.IBucket, node_scripts: s3.IBucket, boundary_arn: str
) -> list[iam.PolicyStatement]:
    """For the function that creates, changes and deletes clusters."""
    return [
        *_stacks(stack),
        *_artifacts(artifacts, node_scripts),
        *role_statements(stack, boundary_arn),
        *_functions_and_logs(stack),
        *instance_statements(stack),
        *_tables(stack),
        *write_through_s3(_keys(artifacts)),
    ]


def read_certificates(stack: Stack) -> iam.PolicyStatement:
    """For the function that asks, where head nodes serve Slurm's REST API and tell a certificate.

    `dynamodb:GetItem` on tables of nodes, where each cluster's head node alone may write.
    """
    return iam.PolicyStatement(
        sid="CertificatesOfHeadNodes",
        actions=["dynamodb:GetItem"],
        resources=[_arn(stack, "dynamodb", "table", "parallelcluster-slurm-pcluster-*")],
    )


def asking_statements(stack: Stack, *, artifacts: s3.IBucket) -> list[iam.PolicyStatement]:
    """For the function that asks how far a cluster is."""
    return [
        iam.PolicyStatement(
            sid="Stacks",
            actions=["cloudformation:DescribeStacks", "cloudformation:DescribeStackEvents"],
            resources=[_arn(stack, "cloudformation", "stack", _CLUSTER_STACKS)],
        ),
        iam.PolicyStatement(
            sid="FleetStatus",
            actions=["dynamodb:GetItem"],
            resources=[_arn(stack, "dynamodb", "table", "parallelcluster-pcluster-*")],
        ),
        iam.PolicyStatement(
            sid="Configurations",
            # As it was when the cluster was made: the stack names that version.
            actions=["s3:GetObjectVersion"],
            resources=[artifacts.arn_for_objects(_ARTIFACTS)],
        ),
        iam.PolicyStatement(
            sid="Bucket", actions=["s3:ListBucket"], resources=[artifacts.bucket_arn]
        ),
        iam.PolicyStatement(sid="Instances", actions=["ec2:DescribeInstances"], resources=["*"]),
        *read_through_s3(_keys(artifacts)),
    ]


def _keys(bucket: s3.IBucket) -> list[kms.IKey]:
    return [bucket.encryption_key] if bucket.encryption_key else []


def _arn(stack: Stack, service: str, resource: str, name: str) -> str:
    return stack.format_arn(service=service, resource=resource, resource_name=name)


def _stacks(stack: Stack) -> list[iam.PolicyStatement]:
    return [
        iam.PolicyStatement(
            sid="Stacks",
            actions=[
                "cloudformation:CreateStack",
                "cloudformation:UpdateStack",
                "cloudformation:DeleteStack",
                "cloudformation:DescribeStacks",
                "cloudformation:DescribeStackEvents",
                "cloudformation:GetStackPolicy",
                "cloudformation:GetTemplate",
                "cloudformation:TagResource",
            ],
            resources=[_arn(stack, "cloudformation", "stack", _CLUSTER_STACKS)],
        ),
        iam.PolicyStatement(
            # Whether the stack that asked for a cluster still wants it, whatever its name.
            sid="AskingStacks",
            actions=["cloudformation:DescribeStacks"],
            resources=[_arn(stack, "cloudformation", "stack", "*/*")],
        ),
    ]


def _artifacts(artifacts: s3.IBucket, node_scripts: s3.IBucket) -> list[iam.PolicyStatement]:
    return [
        iam.PolicyStatement(
            sid="Artifacts",
            actions=[
                "s3:GetObject",
                "s3:GetObjectVersion",
                "s3:PutObject",
                "s3:DeleteObject",
                "s3:DeleteObjectVersion",
            ],
            resources=[artifacts.arn_for_objects(_ARTIFACTS)],
        ),
        iam.PolicyStatement(
            sid="ArtifactsBucket",
            actions=[
                "s3:ListBucket",
                "s3:ListBucketVersions",
                "s3:GetBucketVersioning",
                "s3:GetBucketLocation",
            ],
            resources=[artifacts.bucket_arn],
        ),
        iam.PolicyStatement(
            # A validator looks whether the nodes' scripts are there.
            sid="NodeScripts",
            actions=["s3:GetObject"],
            resources=[node_scripts.arn_for_objects("*")],
        ),
    ]


def _functions_and_logs(stack: Stack) -> list[iam.PolicyStatement]:
    place = f"arn:{Aws.PARTITION}:logs:{stack.region}:{stack.account}:log-group"
    functions = f"arn:{Aws.PARTITION}:lambda:{stack.region}:{stack.account}:function:pcluster-*"
    return [
        iam.PolicyStatement(
            sid="CleanUpFunctions",
            actions=[
                "lambda:CreateFunction",
                "lambda:GetFunction",
                "lambda:GetFunctionCodeSigningConfig",
                "lambda:GetFunctionRecursionConfig",
                "lambda:GetFunctionScalingConfig",
                "lambda:GetRuntimeManagementConfig",
                "lambda:UpdateFunctionCode",
                "lambda:UpdateFunctionConfiguration",
                "lambda:InvokeFunction",
                "lambda:TagResource",
                "lambda:UntagResource",
                "lambda:ListTags",
                "lambda:DeleteFunction",
            ],
            resources=[functions],
        ),
        iam.PolicyStatement(
            sid="LogGroups",
            actions=[
                "logs:CreateLogGroup",
                "logs:PutRetentionPolicy",
                "logs:DeleteRetentionPolicy",
                "logs:TagResource",
                "logs:UntagResource",
                "logs:ListTagsForResource",
                "logs:GetDataProtectionPolicy",
                "logs:DeleteLogGroup",
            ],
            resources=[
                # Tags are on the group's ARN as it is; all else is on the one that ends in ":*".
                f"{place}:{name}{end}"
                for name in ("/aws/lambda/pcluster-*", f"/aws/parallelcluster/{_CLUSTERS}")
                for end in ("", ":*")
            ],
        ),
        iam.PolicyStatement(
            sid="FindLogGroups",
            actions=[
                "logs:DescribeIndexPolicies",
                "logs:DescribeLogGroups",
                "logs:DescribeResourcePolicies",
            ],
            resources=["*"],
        ),
    ]


def _tables(stack: Stack) -> list[iam.PolicyStatement]:
    return [
        iam.PolicyStatement(
            sid="Tables",
            actions=[
                "dynamodb:CreateTable",
                "dynamodb:DescribeTable",
                "dynamodb:DescribeContinuousBackups",
                "dynamodb:DescribeContributorInsights",
                "dynamodb:DescribeKinesisStreamingDestination",
                "dynamodb:DescribeTimeToLive",
                "dynamodb:GetResourcePolicy",
                "dynamodb:TagResource",
                "dynamodb:UntagResource",
                "dynamodb:UpdateTable",
                "dynamodb:ListTagsOfResource",
                "dynamodb:DeleteTable",
                "dynamodb:GetItem",
            ],
            resources=[
                _arn(stack, "dynamodb", "table", "parallelcluster-pcluster-*"),
                _arn(stack, "dynamodb", "table", "parallelcluster-slurm-pcluster-*"),
            ],
        )
    ]
