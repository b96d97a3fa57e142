"""What the provider may do: all that ParallelCluster does with its caller's permissions.

ParallelCluster creates its stack without a service role, so CloudFormation makes and deletes every
instance, role, function and table of a cluster with the provider's own permissions.

Sources: ParallelCluster user guide, "IAM permissions in AWS ParallelCluster"; the actions of each
resource type's handlers in the CloudFormation registry.
"""

from aws_cdk import Aws, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3

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
        *_instances(stack),
        *_tables(stack),
    ]


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
            actions=["s3:GetObject", "s3:GetObjectVersion"],
            resources=[artifacts.arn_for_objects(_ARTIFACTS)],
        ),
        iam.PolicyStatement(
            sid="Bucket", actions=["s3:ListBucket"], resources=[artifacts.bucket_arn]
        ),
        iam.PolicyStatement(sid="Instances", actions=["ec2:DescribeInstances"], resources=["*"]),
    ]


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
                "cloudformation:DescribeStackResource",
                "cloudformation:DescribeStackResources",
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
                "lambda:GetFunctionConfiguration",
                "lambda:UpdateFunctionCode",
                "lambda:UpdateFunctionConfiguration",
                "lambda:InvokeFunction",
                "lambda:AddPermission",
                "lambda:RemovePermission",
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
                "logs:DeleteLogGroup",
                "logs:PutMetricFilter",
                "logs:DeleteMetricFilter",
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
            actions=["logs:DescribeLogGroups", "logs:DescribeMetricFilters"],
            resources=["*"],
        ),
    ]


def _instances(stack: Stack) -> list[iam.PolicyStatement]:
    own = {"StringLike": {"aws:ResourceTag/parallelcluster:cluster-name": _CLUSTERS}}
    return [
        iam.PolicyStatement(
            sid="Look",
            actions=[
                "ec2:Describe*",
                "elasticfilesystem:DescribeAccessPoints",
                "elasticfilesystem:DescribeFileSystems",
                "elasticfilesystem:DescribeMountTargets",
                "elasticfilesystem:DescribeMountTargetSecurityGroups",
                "fsx:DescribeFileSystems",
            ],
            resources=["*"],
        ),
        iam.PolicyStatement(
            sid="MakeInstances",
            actions=[
                "ec2:AuthorizeSecurityGroupEgress",
                "ec2:AuthorizeSecurityGroupIngress",
                "ec2:CreateLaunchTemplate",
                "ec2:CreateLaunchTemplateVersion",
                "ec2:CreateNetworkInterface",
                "ec2:CreatePlacementGroup",
                "ec2:CreateSecurityGroup",
                "ec2:CreateTags",
                "ec2:RevokeSecurityGroupEgress",
                "ec2:RevokeSecurityGroupIngress",
                "ec2:RunInstances",
            ],
            resources=[
                stack.format_arn(service="ec2", resource="*", resource_name="*"),
                stack.format_arn(service="ec2", account="", resource="image", resource_name="*"),
            ],
        ),
        iam.PolicyStatement(
            # Nothing to tell a cluster's from others': CloudFormation puts no stack tags on them.
            sid="ChangeAndDeleteUntagged",
            actions=[
                "ec2:DeleteLaunchTemplate",
                "ec2:DeletePlacementGroup",
                "ec2:ModifyLaunchTemplate",
            ],
            resources=[
                _arn(stack, "ec2", "launch-template", "*"),
                _arn(stack, "ec2", "placement-group", "*"),
            ],
        ),
        iam.PolicyStatement(
            sid="ChangeAndDeleteOwn",
            actions=[
                "ec2:DeleteNetworkInterface",
                "ec2:DeleteSecurityGroup",
                "ec2:DeleteTags",
                "ec2:ModifyInstanceAttribute",
                "ec2:ModifyNetworkInterfaceAttribute",
                "ec2:TerminateInstances",
            ],
            resources=[stack.format_arn(service="ec2", resource="*", resource_name="*")],
            conditions=own,
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
                "dynamodb:DescribeTimeToLive",
                "dynamodb:UpdateTimeToLive",
                "dynamodb:TagResource",
                "dynamodb:UntagResource",
                "dynamodb:UpdateTable",
                "dynamodb:ListTagsOfResource",
                "dynamodb:DeleteTable",
                "dynamodb:GetItem",
                "dynamodb:PutItem",
                "dynamodb:Query",
                "dynamodb:UpdateItem",
            ],
            resources=[
                _arn(stack, "dynamodb", "table", "parallelcluster-pcluster-*"),
                _arn(stack, "dynamodb", "table", "parallelcluster-slurm-pcluster-*"),
            ],
        )
    ]
