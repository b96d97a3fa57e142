"""What the provider may do with IAM: make roles that can do no more than the boundary says."""

from aws_cdk import Aws, Stack
from aws_cdk import aws_iam as iam

from hpc_constructs.node_permissions import POLICY_PATH

# ParallelCluster attaches it to nodes' roles, and our own below POLICY_PATH.
_ATTACHABLE = "CloudWatchAgentServerPolicy"


def role_statements(stack: Stack, boundary_arn: str) -> list[iam.PolicyStatement]:
    """Roles, instance profiles and policies of clusters, below their own paths."""
    roles = _iam_arn(stack, "role", "parallelcluster/*")
    bounded = {"iam:PermissionsBoundary": boundary_arn}
    attachable = [
        f"arn:{Aws.PARTITION}:iam::aws:policy/{_ATTACHABLE}",
        _iam_arn(stack, "policy", f"{POLICY_PATH.strip('/')}/*"),
    ]
    return [
        iam.PolicyStatement(
            # No role of a cluster is without the boundary, not even for a moment.
            sid="BoundedRoles",
            actions=["iam:CreateRole", "iam:PutRolePolicy", "iam:DeleteRolePolicy"],
            resources=[roles],
            conditions={"StringEquals": bounded},
        ),
        iam.PolicyStatement(
            sid="KnownPolicies",
            actions=["iam:AttachRolePolicy", "iam:DetachRolePolicy"],
            resources=[roles],
            conditions={"StringEquals": bounded, "ArnLike": {"iam:PolicyARN": attachable}},
        ),
        iam.PolicyStatement(
            sid="Roles",
            actions=[
                "iam:GetRole",
                "iam:GetRolePolicy",
                "iam:ListRolePolicies",
                "iam:ListAttachedRolePolicies",
                "iam:DeleteRole",
                "iam:TagRole",
                "iam:UntagRole",
            ],
            resources=[roles],
        ),
        iam.PolicyStatement(
            sid="PassRoles",
            actions=["iam:PassRole"],
            resources=[roles],
            conditions={
                "StringEquals": {
                    "iam:PassedToService": ["ec2.amazonaws.com", "lambda.amazonaws.com"]
                }
            },
        ),
        iam.PolicyStatement(
            sid="InstanceProfiles",
            actions=[
                "iam:CreateInstanceProfile",
                "iam:GetInstanceProfile",
                "iam:AddRoleToInstanceProfile",
                "iam:RemoveRoleFromInstanceProfile",
                "iam:DeleteInstanceProfile",
            ],
            resources=[_iam_arn(stack, "instance-profile", "parallelcluster/*")],
        ),
        iam.PolicyStatement(
            sid="LookAtPolicies",
            actions=["iam:GetPolicy"],
            resources=attachable,
        ),
    ]


def _iam_arn(stack: Stack, resource: str, name: str) -> str:
    return stack.format_arn(service="iam", region="", resource=resource, resource_name=name)
