"""The clients of AWS, with time-outs and retries that fit into what a caller waits."""

from typing import TYPE_CHECKING, TypeVar

import boto3
from botocore.client import BaseClient
from botocore.config import Config

from cluster_api.deadline import check_time

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_ec2 import EC2Client
    from mypy_boto3_efs import EFSClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_fsx import FSxClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_ssm import SSMClient
    from mypy_boto3_stepfunctions import SFNClient

Client = TypeVar("Client", bound=BaseClient)

# The last call begins within the deadline and ends within these: below ten seconds together.
CONFIG = Config(
    connect_timeout=1,
    read_timeout=2.5,
    retries={"mode": "standard", "total_max_attempts": 3},
)


def dynamodb() -> "DynamoDBClient":
    """The client of the registry's table."""
    return _bounded(boto3.client("dynamodb", config=CONFIG))


def ec2() -> "EC2Client":
    """The client for key pairs."""
    return _bounded(boto3.client("ec2", config=CONFIG))


def secrets_manager() -> "SecretsManagerClient":
    """The client for private keys."""
    return _bounded(boto3.client("secretsmanager", config=CONFIG))


def cloudformation() -> "CloudFormationClient":
    """The client for the projects' stacks."""
    return _bounded(boto3.client("cloudformation", config=CONFIG))


def functions() -> "LambdaClient":
    """The client for the cluster provider's function."""
    return _bounded(boto3.client("lambda", config=CONFIG))


def ssm() -> "SSMClient":
    """The client for the pool of subnets."""
    return _bounded(boto3.client("ssm", config=CONFIG))


def s3() -> "S3Client":
    """The client for the description of the tiers, and for receipts."""
    return _bounded(boto3.client("s3", config=CONFIG))


def fsx() -> "FSxClient":
    """The client for Lustre's file systems, associations and tasks."""
    return _bounded(boto3.client("fsx", config=CONFIG))


def efs() -> "EFSClient":
    """The client for the shared file system's access points."""
    return _bounded(boto3.client("efs", config=CONFIG))


def step_functions() -> "SFNClient":
    """The client for the deletion's workflow."""
    return _bounded(boto3.client("stepfunctions", config=CONFIG))


def events() -> "EventBridgeClient":
    """The client for the bus of clusters' state changes."""
    return _bounded(boto3.client("events", config=CONFIG))


def _bounded(client: Client) -> Client:
    client.meta.events.register("before-send", _stop_when_out_of_time)
    return client


def _stop_when_out_of_time(**_: object) -> None:
    # Sent before each attempt: so neither a call nor a retry begins too late.
    check_time()
