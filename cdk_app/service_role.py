"""The role that CloudFormation acts with for the projects' stacks."""

from collections.abc import Sequence

from aws_cdk import Aws, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_efs as efs
from aws_cdk import aws_iam as iam
from constructs import Construct

from cdk_app.data_permissions import OF_A_CLUSTER, look_at_lustre
from cdk_app.keys import LUSTRE_S3_SERVICE
from cdk_app.project_cluster import CLUSTER_TAG
from hpc_constructs import JOB_RECORDS

# CloudFormation gives the stack's tags to all that it makes.
_MADE_NOW = {"StringLike": {"aws:RequestTag/hpc:cluster": "pcluster-*"}}


class ProjectStacksRole(iam.Role):
    """May make, read and delete what is in a published template, and nothing else.

    The actions are those that the resource types' handlers call (CloudFormation registry, the
    schemas' `handlers`). It touches neither instances nor node roles: those are the provider's.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        file_system: efs.IFileSystem,
        vpc: ec2.IVpc,
        data_buckets: Sequence[str],
        shared_security_groups: Sequence[ec2.ISecurityGroup],
        service_tokens: list[str],
    ) -> None:
        super().__init__(
            scope,
            id_,
            description="CloudFormation, for the stacks of projects' clusters",
            assumed_by=iam.ServicePrincipal("cloudformation.amazonaws.com"),
        )
        stack = Stack.of(self)
        for statement in (
            iam.PolicyStatement(
                sid="CustomResources",
                actions=["lambda:InvokeFunction"],
                resources=service_tokens,
            ),
            *_directories(stack, file_system),
            *_lustre(stack, vpc),
            *_links(stack, data_buckets),
            *_node_groups(stack, vpc, shared_security_groups),
            *_policies(stack),
            *_job_records(stack),
        ):
            self.add_to_policy(statement)


def _directories(stack: Stack, file_system: efs.IFileSystem) -> list[iam.PolicyStatement]:
    access_points = stack.format_arn(
        service="elasticfilesystem", resource="access-point", resource_name="*"
    )
    return [
        iam.PolicyStatement(
            sid="Directories",
            actions=["elasticfilesystem:CreateAccessPoint", "elasticfilesystem:TagResource"],
            resources=[file_system.file_system_arn, access_points],
        ),
        iam.PolicyStatement(
            sid="DirectoriesMade",
            actions=[
                "elasticfilesystem:DescribeAccessPoints",
                "elasticfilesystem:DeleteAccessPoint",
            ],
            resources=[file_system.file_system_arn, access_points],
        ),
    ]


def _lustre(stack: Stack, vpc: ec2.IVpc) -> list[iam.PolicyStatement]:
    file_systems = stack.format_arn(service="fsx", resource="file-system", resource_name="*")
    associations = stack.format_arn(service="fsx", resource="association", resource_name="*/*")
    return [
        iam.PolicyStatement(
            sid="Lustre",
            actions=["fsx:CreateFileSystem", "fsx:TagResource"],
            resources=[file_systems],
            conditions=_MADE_NOW,
        ),
        iam.PolicyStatement(
            sid="LustreMade",
            actions=["fsx:DeleteFileSystem", "fsx:DeleteDataRepositoryAssociation"],
            resources=[file_systems, associations],
            conditions=OF_A_CLUSTER,
        ),
        look_at_lustre("FileSystems", "DataRepositoryAssociations"),
        # FSx checks the network with its caller's permissions (AWS managed policy
        # AmazonFSxFullAccess); its interfaces it makes with its own service-linked role.
        iam.PolicyStatement(
            sid="LustreNetwork",
            actions=["ec2:DescribeSubnets", "ec2:DescribeVpcs"],
            resources=["*"],
        ),
        iam.PolicyStatement(
            sid="LustreSecurityGroups",
            actions=["ec2:GetSecurityGroupsForVpc"],
            resources=[stack.format_arn(service="ec2", resource="vpc", resource_name=vpc.vpc_id)],
        ),
        iam.PolicyStatement(
            sid="LustreServiceRole",
            actions=["iam:CreateServiceLinkedRole"],
            resources=[
                f"arn:{Aws.PARTITION}:iam::{stack.account}:role/aws-service-role/fsx.amazonaws.com/*"
            ],
            conditions={"StringEquals": {"iam:AWSServiceName": "fsx.amazonaws.com"}},
        ),
    ]


def _links(stack: Stack, buckets: Sequence[str]) -> list[iam.PolicyStatement]:
    """What links a cluster's file system to buckets."""
    file_systems = stack.format_arn(service="fsx", resource="file-system", resource_name="*")
    associations = stack.format_arn(service="fsx", resource="association", resource_name="*/*")
    of_buckets = (
        f"arn:{Aws.PARTITION}:iam::{stack.account}:role/aws-service-role/{LUSTRE_S3_SERVICE}/*"
    )
    return [
        iam.PolicyStatement(
            sid="LustreLinks",
            actions=["fsx:CreateDataRepositoryAssociation", "fsx:TagResource"],
            resources=[associations],
            conditions=_MADE_NOW,
        ),
        iam.PolicyStatement(
            sid="LinksOfLustre",
            actions=["fsx:CreateDataRepositoryAssociation"],
            resources=[file_systems],
            conditions=OF_A_CLUSTER,
        ),
        # FSx makes a role for each linked file system as its caller, and says what it may
        # (FSx for Lustre user guide, "Using service-linked roles").
        iam.PolicyStatement(
            sid="LustreRolesForBuckets",
            actions=["iam:CreateServiceLinkedRole"],
            resources=[of_buckets],
            conditions={"StringEquals": {"iam:AWSServiceName": LUSTRE_S3_SERVICE}},
        ),
        iam.PolicyStatement(
            sid="PoliciesOfRolesForBuckets",
            actions=["iam:AttachRolePolicy", "iam:PutRolePolicy"],
            resources=[of_buckets],
        ),
        # Its handler looks at the bucket; FSx reads and writes it with those roles.
        iam.PolicyStatement(
            sid="LinkedBuckets",
            actions=["s3:ListBucket", "s3:GetBucketPolicy"],
            resources=[f"arn:{Aws.PARTITION}:s3:::{name}" for name in buckets],
        ),
    ]


def _node_groups(
    stack: Stack, vpc: ec2.IVpc, shared: Sequence[ec2.ISecurityGroup]
) -> list[iam.PolicyStatement]:
    """The security group of each cluster's nodes; the groups of the network stay as they are."""

    def groups(name: str) -> str:
        return stack.format_arn(service="ec2", resource="security-group", resource_name=name)

    change = [
        "ec2:AuthorizeSecurityGroupIngress",
        "ec2:AuthorizeSecurityGroupEgress",
        "ec2:RevokeSecurityGroupIngress",
        "ec2:RevokeSecurityGroupEgress",
        "ec2:DeleteSecurityGroup",
    ]
    return [
        iam.PolicyStatement(
            sid="LookAtNodeGroups",
            actions=[
                "ec2:DescribeInstances",
                "ec2:DescribeSecurityGroupRules",
                "ec2:DescribeSecurityGroups",
            ],
            resources=["*"],
        ),
        iam.PolicyStatement(
            sid="NodeGroups",
            actions=["ec2:CreateSecurityGroup"],
            resources=[
                groups("*"),
                stack.format_arn(service="ec2", resource="vpc", resource_name=vpc.vpc_id),
            ],
        ),
        iam.PolicyStatement(
            sid="TagNodeGroups",
            actions=["ec2:CreateTags"],
            resources=[groups("*")],
            conditions={"ForAnyValue:StringEquals": {"aws:TagKeys": CLUSTER_TAG}},
        ),
        # No condition on the tag: whether a group has it before its rules is not ours to say.
        iam.PolicyStatement(sid="NodeGroupsMade", actions=change, resources=[groups("*")]),
        iam.PolicyStatement(
            sid="SharedGroupsStay",
            effect=iam.Effect.DENY,
            actions=change,
            resources=[groups(group.security_group_id) for group in shared],
        ),
    ]


def _policies(stack: Stack) -> list[iam.PolicyStatement]:
    return [
        iam.PolicyStatement(
            sid="ClusterPolicies",
            actions=[
                "iam:CreatePolicy",
                "iam:GetPolicy",
                "iam:GetPolicyVersion",
                "iam:ListEntitiesForPolicy",
                "iam:ListPolicyVersions",
                "iam:DeletePolicyVersion",
                "iam:DeletePolicy",
            ],
            resources=[
                stack.format_arn(
                    service="iam",
                    region="",
                    resource="policy",
                    resource_name="parallelcluster/hpc-*",
                )
            ],
        )
    ]


def _job_records(stack: Stack) -> list[iam.PolicyStatement]:
    group = f"arn:{Aws.PARTITION}:logs:{stack.region}:{stack.account}:log-group:{JOB_RECORDS}/*"
    return [
        iam.PolicyStatement(
            sid="JobRecords",
            actions=[
                "logs:CreateLogGroup",
                "logs:PutRetentionPolicy",
                "logs:TagResource",
                "logs:ListTagsForResource",
                "logs:GetDataProtectionPolicy",
                "logs:DeleteLogGroup",
            ],
            # Tags are on the group's ARN as it is; all else is on the one that ends in ":*".
            resources=[f"{group}{end}" for end in ("", ":*")],
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
