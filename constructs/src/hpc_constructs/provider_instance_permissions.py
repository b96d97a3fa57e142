"""What the provider may do with EC2: launch clusters' instances, and change its own only.

Sources: Service Authorization Reference, "Actions, resources, and condition keys for Amazon EC2";
EC2 user guide, "Grant permission to tag Amazon EC2 resources during creation".
"""

from aws_cdk import Stack
from aws_cdk import aws_iam as iam

_CLUSTERS = "pcluster-*"
# The provider adds it to a cluster's tags (`cluster_provider.model.OWNER_TAG`): the UUID of the
# stack that asked for the cluster, and a logical id. ParallelCluster's own tags are not there yet
# when its validators try to launch.
_OWNER_TAG, _OWNER = "hpc:owner", "????????-????-????-????-????????????/*"


def instance_statements(stack: Stack) -> list[iam.PolicyStatement]:
    """Look at what a cluster stands on, launch it, and change and delete what is its own."""
    return [*_look(stack), *_launch(stack), *_change_own(stack)]


def _look(stack: Stack) -> list[iam.PolicyStatement]:
    return [
        iam.PolicyStatement(
            sid="Look",
            # Those that ParallelCluster's validators and CloudFormation's handlers call.
            actions=[
                "ec2:DescribeIamInstanceProfileAssociations",
                "ec2:DescribeImages",
                "ec2:DescribeInstanceCreditSpecifications",
                "ec2:DescribeInstances",
                "ec2:DescribeInstanceTypeOfferings",
                "ec2:DescribeInstanceTypes",
                "ec2:DescribeKeyPairs",
                "ec2:DescribeLaunchTemplates",
                "ec2:DescribeLaunchTemplateVersions",
                "ec2:DescribeNetworkInterfaces",
                "ec2:DescribePlacementGroups",
                "ec2:DescribeSecurityGroups",
                "ec2:DescribeSubnets",
                "ec2:DescribeVolumes",
                "ec2:DescribeVpcs",
                "fsx:DescribeFileSystems",
            ],
            resources=["*"],
        ),
        iam.PolicyStatement(
            sid="LookAtInstances",
            actions=["ec2:DescribeInstanceAttribute"],
            resources=_arns(stack, "instance"),
        ),
        iam.PolicyStatement(
            sid="LookAtMountTargets",
            actions=[
                "elasticfilesystem:DescribeMountTargets",
                "elasticfilesystem:DescribeMountTargetSecurityGroups",
            ],
            resources=[
                stack.format_arn(
                    service="elasticfilesystem", resource="file-system", resource_name="*"
                )
            ],
        ),
    ]


def _launch(stack: Stack) -> list[iam.PolicyStatement]:
    interfaces = _arns(stack, "network-interface", "subnet", "security-group")
    return [
        iam.PolicyStatement(
            sid="LaunchOwned",
            actions=["ec2:RunInstances"],
            resources=_arns(stack, "instance"),
            conditions={"StringLike": {f"aws:RequestTag/{_OWNER_TAG}": _OWNER}},
        ),
        iam.PolicyStatement(
            sid="LaunchFrom",
            actions=["ec2:RunInstances"],
            resources=[
                *interfaces,
                *_arns(stack, "key-pair", "launch-template", "placement-group", "volume"),
                stack.format_arn(service="ec2", account="", resource="image", resource_name="*"),
            ],
        ),
        iam.PolicyStatement(
            sid="MakeInterfaces", actions=["ec2:CreateNetworkInterface"], resources=interfaces
        ),
        iam.PolicyStatement(
            # Nothing to tell a cluster's from others': CloudFormation puts no stack tags on them.
            sid="Untagged",
            actions=[
                "ec2:CreateLaunchTemplate",
                "ec2:CreateLaunchTemplateVersion",
                "ec2:CreatePlacementGroup",
                "ec2:DeleteLaunchTemplate",
                "ec2:DeletePlacementGroup",
            ],
            resources=_arns(stack, "launch-template", "placement-group"),
        ),
        iam.PolicyStatement(
            # What is there already keeps its tags: they tell whose it is.
            sid="TagWhatIsMade",
            actions=["ec2:CreateTags"],
            resources=_arns(stack, "instance", "volume", "network-interface", "placement-group"),
            conditions={
                "StringEquals": {
                    "ec2:CreateAction": [
                        "RunInstances",
                        "CreateNetworkInterface",
                        "CreatePlacementGroup",
                    ]
                }
            },
        ),
    ]


def _change_own(stack: Stack) -> list[iam.PolicyStatement]:
    own = {"StringLike": {"aws:ResourceTag/parallelcluster:cluster-name": _CLUSTERS}}
    return [
        iam.PolicyStatement(
            sid="ChangeOwn",
            actions=[
                "ec2:CreateTags",
                "ec2:DeleteTags",
                "ec2:ModifyInstanceAttribute",
                "ec2:TerminateInstances",
                "ec2:DeleteNetworkInterface",
                "ec2:ModifyNetworkInterfaceAttribute",
            ],
            resources=_arns(stack, "instance", "network-interface"),
            conditions=own,
        ),
    ]


def _arns(stack: Stack, *kinds: str) -> list[str]:
    return [stack.format_arn(service="ec2", resource=kind, resource_name="*") for kind in kinds]
