"""What each endpoint is meant to let through, written by hand, and where it differs."""

from collections.abc import Iterator

from endpoint_policies import Request, lets_through
from network_world import NetworkWorld

OURS, OTHERS, NOBODY = "000000000000", "999999999999", None
GATEWAYS = {"s3", "dynamodb"}
INTERFACES = {"ec2", "cloudformation", "logs", "monitoring", "secretsmanager"}
SESSION_MANAGER = {"ssm", "ssmmessages", "ec2messages"}

_AWS = "arn:aws:"
_STACK = "cloudformation:us-east-1:000000000000:stack"
_IMAGE = "ec2:us-east-1::image/ami-1"
_INSTANCE = "ec2:us-east-1:000000000000:instance/i-1"
_TABLE = "dynamodb:us-east-1:000000000000:table"
_GROUP = "logs:us-east-1:000000000000:log-group:/aws/parallelcluster/a:*"
_SECRET = "secretsmanager:us-east-1:000000000000:secret:a"
_ARTIFACTS, _PROJECTS = "s3:::{Artifacts}", "s3:::{Projects}"
_REPOSITORY = "s3:::al2023-repos-us-east-1-de612dc2/core/repomd.xml"
_SIGNAL = "s3:::cloudformation-waitcondition-us-east-1/arn"
_RESPONSE = "s3:::cloudformation-custom-resource-response-useast1/arn"

# (endpoint, let through, who signs, action, resource, whose it is)
CASES: tuple[tuple[str, bool, str | None, str, str, str], ...] = (
    ("s3", True, OURS, "s3:GetObject", f"{_ARTIFACTS}/parallelcluster/a", OURS),
    ("s3", True, OURS, "s3:ListBucket", _ARTIFACTS, OURS),
    ("s3", False, OTHERS, "s3:PutObject", f"{_ARTIFACTS}/parallelcluster/a", OURS),
    ("s3", False, OURS, "s3:PutObject", f"{_ARTIFACTS}/parallelcluster/a", OTHERS),
    ("s3", True, OURS, "s3:GetObject", "s3:::cdk-hnb659fds-assets-000000000000-us-east-1/a", OURS),
    ("s3", True, OURS, "s3:GetObject", "s3:::{Public}/a", OTHERS),
    ("s3", True, OURS, "s3:PutObject", "s3:::{Scratch}/a", OURS),
    ("s3", True, OURS, "s3:ListBucket", _PROJECTS, OTHERS),
    ("s3", False, OTHERS, "s3:PutObject", f"{_PROJECTS}/a", OTHERS),
    ("s3", False, OURS, "s3:PutObject", "s3:::anybodys-bucket/a", OTHERS),
    ("s3", False, OURS, "s3:PutObject", "s3:::anybodys-bucket/a", OURS),
    ("s3", True, NOBODY, "s3:GetObject", _REPOSITORY, OTHERS),
    ("s3", False, NOBODY, "s3:PutObject", _REPOSITORY, OTHERS),
    ("s3", False, NOBODY, "s3:GetObject", "s3:::al2023-repos-us-east-1-mine/a", OTHERS),
    ("s3", True, NOBODY, "s3:GetObject", "s3:::us-east-1-aws-parallelcluster/a", OTHERS),
    ("s3", True, NOBODY, "s3:PutObject", _SIGNAL, OTHERS),
    ("s3", True, OTHERS, "s3:PutObject", _SIGNAL, OTHERS),
    ("s3", False, NOBODY, "s3:GetObject", _SIGNAL, OTHERS),
    # Custom resources answer there, and no function of theirs is in the VPC.
    ("s3", False, OTHERS, "s3:PutObject", _RESPONSE, OTHERS),
    ("dynamodb", True, OURS, "dynamodb:Query", f"{_TABLE}/parallelcluster-slurm-a", OURS),
    ("dynamodb", False, OTHERS, "dynamodb:PutItem", f"{_TABLE}/parallelcluster-slurm-a", OURS),
    ("dynamodb", False, OURS, "dynamodb:GetItem", f"{_TABLE}/registry", OURS),
    ("ec2", True, OURS, "ec2:DescribeInstances", _INSTANCE, OURS),
    ("ec2", False, OTHERS, "ec2:DescribeInstances", _INSTANCE, OURS),
    ("ec2", False, OURS, "ec2:TerminateInstances", _INSTANCE, OTHERS),
    ("ec2", True, OURS, "ec2:RunInstances", _IMAGE, OTHERS),
    ("ec2", True, OURS, "ec2:CreateFleet", _IMAGE, OTHERS),
    ("ec2", False, OTHERS, "ec2:RunInstances", _IMAGE, OTHERS),
    ("cloudformation", True, OURS, "cloudformation:DescribeStacks", f"{_STACK}/x/1", OURS),
    ("cloudformation", False, OTHERS, "cloudformation:DescribeStacks", f"{_STACK}/x/1", OURS),
    ("cloudformation", False, OURS, "cloudformation:DescribeStacks", f"{_STACK}/x/1", OTHERS),
    # An instance signs with its identity document: no principal.
    (
        "cloudformation",
        True,
        NOBODY,
        "cloudformation:DescribeStackResource",
        f"{_STACK}/pcluster-a/1",
        OURS,
    ),
    (
        "cloudformation",
        False,
        NOBODY,
        "cloudformation:DescribeStackResource",
        f"{_STACK}/x/1",
        OURS,
    ),
    ("cloudformation", False, NOBODY, "cloudformation:DeleteStack", f"{_STACK}/pcluster-a/1", OURS),
    ("logs", True, OURS, "logs:PutLogEvents", _GROUP, OURS),
    ("logs", False, OTHERS, "logs:PutLogEvents", _GROUP, OURS),
    ("logs", False, OURS, "logs:PutLogEvents", _GROUP, OTHERS),
    ("monitoring", True, OURS, "cloudwatch:PutMetricData", "*", OURS),
    ("monitoring", False, OTHERS, "cloudwatch:PutMetricData", "*", OURS),
    ("monitoring", False, OURS, "cloudwatch:PutMetricData", "*", OTHERS),
    ("secretsmanager", True, OURS, "secretsmanager:GetSecretValue", _SECRET, OURS),
    ("secretsmanager", False, OTHERS, "secretsmanager:GetSecretValue", _SECRET, OURS),
    ("secretsmanager", False, OURS, "secretsmanager:GetSecretValue", _SECRET, OTHERS),
)


def endpoint_differences(world: NetworkWorld) -> list[str]:
    """One sentence for each endpoint and each request that isn't as it is meant."""
    return list(_differences(world))


def _differences(world: NetworkWorld) -> Iterator[str]:
    found = {
        it["ServiceName"].rpartition(".")[2]: it
        for _, it in world.templates.resources("AWS::EC2::VPCEndpoint")
    }
    for service in sorted((GATEWAYS | INTERFACES) ^ found.keys()):
        yield f"endpoint of {service}: {'unexpected' if service in found else 'missing'}"
    buckets = {
        part: world.templates.the_one("AWS::S3::Bucket", f".{part}")
        for part in ("Artifacts", "Scratch", "Public", "Projects")
    }
    for service, meant, signer, action, resource, owner in CASES:
        request = Request(
            action=action,
            resource=_AWS + resource.format(**buckets) if resource != "*" else "*",
            principal_account=signer,
            resource_account=owner,
        )
        policy = found.get(service, {"PolicyDocument": None}).get("PolicyDocument")
        if lets_through(policy, request) != meant:
            yield (
                f"endpoint of {service}: {action} on {resource} of {owner}, signed by"
                f" {signer or 'nobody'}, is {'stopped' if meant else 'let through'}"
            )
