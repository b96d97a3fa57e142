"""What a cluster's nodes may do to instances and volumes: launch, tag and end their own.

Source: Service authorization reference, "Actions, resources, and condition keys for Amazon EC2";
EC2 user guide, "Grant permission to tag Amazon EC2 resources during creation".
"""

from collections.abc import Sequence

from aws_cdk import Stack
from aws_cdk import aws_iam as iam

from hpc_constructs.own_cluster import CLUSTER_TAG, OWN_NAME

_TAG = ["ec2:CreateTags"]
# What ParallelCluster's launch templates, and our provider, tag nodes and their volumes with.
_TAG_KEYS = (
    "Name",
    "hpc:owner",
    "parallelcluster:attributes",
    CLUSTER_TAG,
    "parallelcluster:compute-resource-name",
    "parallelcluster:filesystem",
    "parallelcluster:networking",
    "parallelcluster:node-type",
    "parallelcluster:queue-name",
    "parallelcluster:version",
)


def only_known_tags(tag_keys: Sequence[str]) -> iam.PolicyStatement:
    """Deny every tag but ParallelCluster's own and `tag_keys`.

    IAM takes `Cluster-Name` for `cluster-name`, EC2 doesn't: no such second tag.
    """
    return iam.PolicyStatement(
        sid="OnlyKnownTags",
        effect=iam.Effect.DENY,
        actions=_TAG,
        resources=["*"],
        conditions={"ForAnyValue:StringNotEquals": {"aws:TagKeys": [*_TAG_KEYS, *tag_keys]}},
    )


def instance_permissions(stack: Stack) -> list[iam.PolicyStatement]:
    """The boundary's statements about EC2, and about the roles that instances are given."""

    def ec2(resource: str) -> str:
        return stack.format_arn(service="ec2", resource=resource, resource_name="*")

    nodes = [ec2("instance"), ec2("volume")]
    return [
        iam.PolicyStatement(
            sid="Look",
            # EC2 can't confine these. Not among them: DescribeLaunchTemplateVersions, which tells
            # the user data of every cluster's nodes.
            actions=[
                "ec2:DescribeCapacityReservations",
                "ec2:DescribeInstances",
                "ec2:DescribeInstanceStatus",
                "ec2:DescribeTags",
                "ec2:DescribeVolumes",
            ],
            resources=["*"],
        ),
        iam.PolicyStatement(
            sid="Launch",
            actions=["ec2:RunInstances", "ec2:CreateFleet"],
            # ParallelCluster's own policies name what it launches with; the ceiling stays short.
            resources=[
                ec2("*"),
                stack.format_arn(service="ec2", account="", resource="image", resource_name="*"),
            ],
            # What is made has no tags yet, and what is shared has none of a cluster.
            conditions={
                "StringEqualsIfExists": {
                    f"aws:ResourceTag/{CLUSTER_TAG}": OWN_NAME,
                    f"aws:RequestTag/{CLUSTER_TAG}": OWN_NAME,
                }
            },
        ),
        iam.PolicyStatement(
            sid="TagWhatIsLaunched",
            actions=_TAG,
            resources=nodes,
            conditions={
                "StringEquals": {
                    "ec2:CreateAction": ["RunInstances", "CreateFleet"],
                    f"aws:RequestTag/{CLUSTER_TAG}": OWN_NAME,
                },
            },
        ),
        iam.PolicyStatement(
            sid="OwnInstancesAndVolumes",
            actions=[
                "ec2:AttachVolume",
                "ec2:DescribeInstanceAttribute",
                "ec2:DetachVolume",
                "ec2:GetConsoleOutput",
                "ec2:TerminateInstances",
            ],
            resources=nodes,
            conditions={"StringEquals": {f"aws:ResourceTag/{CLUSTER_TAG}": OWN_NAME}},
        ),
        iam.PolicyStatement(
            sid="PassOwnRoles",
            actions=["iam:PassRole"],
            resources=[
                stack.format_arn(
                    service="iam",
                    region="",
                    resource="role",
                    resource_name=f"parallelcluster/{OWN_NAME}/*",
                )
            ],
            conditions={
                "StringEquals": {"iam:PassedToService": f"ec2.{stack.url_suffix}"},
            },
        ),
    ]
