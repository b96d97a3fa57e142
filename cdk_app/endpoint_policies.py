"""What the VPC's endpoints let through: this account's principals, and its resources.

An endpoint's policy grants nothing: it bounds what a principal's own policies allow.

Sources: AWS PrivateLink guide, "Control access to VPC endpoints using endpoint policies";
IAM user guide, "AWS global condition context keys".
"""

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import Stack
from aws_cdk import aws_iam as iam

# The bucket of Amazon Linux 2023's repositories has this suffix in every region
# (Amazon Linux 2023 user guide, "Repositories in Amazon S3").
_AMAZON_LINUX_REPOSITORIES = "de612dc2"

# Where actions are not named as the endpoint's service is.
_ACTION_PREFIXES = {"monitoring": "cloudwatch"}


@dataclass(frozen=True, kw_only=True)
class Buckets:
    """The names of the buckets that nodes and functions use.

    Attributes:
        own: this account's: artifacts, and what CDK publishes.
        data: what clusters read and write, of whatever owner.
    """

    own: tuple[str, ...]
    data: tuple[str, ...]


def interface_policy(stack: Stack, service: str) -> list[iam.PolicyStatement]:
    """For one service's interface endpoint."""
    statements = [
        _statement(
            "OurPrincipalsAndResources",
            actions=[f"{_ACTION_PREFIXES.get(service, service)}:*"],
            resources=["*"],
            conditions=_ours(stack, "PrincipalAccount", "ResourceAccount"),
        )
    ]
    match service:
        case "ec2":
            statements.append(
                _statement(
                    # ParallelCluster's images, and their snapshots, are Amazon's.
                    "LaunchFromImagesOfOthers",
                    actions=["ec2:RunInstances", "ec2:CreateFleet"],
                    resources=[
                        stack.format_arn(
                            service="ec2", account="", resource=kind, resource_name="*"
                        )
                        for kind in ("image", "snapshot")
                    ],
                    conditions=_ours(stack, "PrincipalAccount"),
                )
            )
        case "cloudformation":
            statements.append(
                _statement(
                    # cfn-init and cfn-hup, which ParallelCluster starts without a role, sign with
                    # the instance's identity document: that is no principal of any account.
                    "InstancesReadTheirStacks",
                    actions=["cloudformation:DescribeStackResource"],
                    resources=[
                        stack.format_arn(
                            service="cloudformation",
                            resource="stack",
                            resource_name="pcluster-*/*",
                        )
                    ],
                )
            )
    return statements


def s3_policy(stack: Stack, buckets: Buckets) -> list[iam.PolicyStatement]:
    """For the gateway endpoint of S3: our buckets, and what AWS has public ones for."""
    region = stack.region
    return [
        _statement(
            "OurBuckets",
            actions=["s3:*"],
            resources=_with_objects(buckets.own),
            conditions=_ours(stack, "PrincipalAccount", "ResourceAccount"),
        ),
        _statement(
            # Named one by one, so they are who they are, whoever owns them.
            "DataBuckets",
            actions=["s3:*"],
            resources=_with_objects(buckets.data),
            conditions=_ours(stack, "PrincipalAccount"),
        ),
        _statement(
            # Read anonymously, so without a condition on the account; signals the same: they are
            # presigned by CloudFormation.
            "RepositoriesAndParallelCluster",
            actions=["s3:GetObject"],
            resources=[
                _objects(f"al2023-repos-{region}-{_AMAZON_LINUX_REPOSITORIES}"),
                _objects(f"{region}-aws-parallelcluster"),
            ],
        ),
        _statement(
            # Without it no head node ever says that it is there.
            "SignalsToCloudFormation",
            actions=["s3:PutObject"],
            resources=[_objects(f"cloudformation-waitcondition-{region}")],
        ),
    ]


def dynamodb_policy(stack: Stack) -> list[iam.PolicyStatement]:
    """For the gateway endpoint of DynamoDB: the tables that ParallelCluster makes."""
    tables = stack.format_arn(
        service="dynamodb", resource="table", resource_name="parallelcluster-*"
    )
    return [
        _statement(
            "TablesOfClusters",
            actions=["dynamodb:*"],
            resources=[tables],  # whose names hold the account
            conditions=_ours(stack, "PrincipalAccount"),
        )
    ]


def _statement(
    sid: str,
    *,
    actions: list[str],
    resources: list[str],
    conditions: dict[str, object] | None = None,
) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        sid=sid,
        principals=[iam.AnyPrincipal()],
        actions=actions,
        resources=resources,
        conditions=conditions,
    )


def _ours(stack: Stack, *keys: str) -> dict[str, object]:
    return {"StringEquals": {f"aws:{key}": stack.account for key in keys}}


def _with_objects(buckets: Sequence[str]) -> list[str]:
    return [arn for name in buckets for arn in (f"arn:aws:s3:::{name}", _objects(name))]


def _objects(bucket: str) -> str:
    return f"arn:aws:s3:::{bucket}/*"
