"""The entry points of both functions, and the only place that reads the environment."""

import os
from functools import cache

import boto3
from aws_lambda_powertools.utilities.typing import LambdaContext

from cluster_provider.cloudformation_stacks import CloudFormationStacks
from cluster_provider.dynamodb_certificates import DynamoDbCertificates
from cluster_provider.dynamodb_registry import DynamoDbFailureRegistry
from cluster_provider.entry_point import entry_point
from cluster_provider.pcluster_library import ParallelClusterLibrary
from cluster_provider.provider import Beginning, Completion, Provider
from cluster_provider.request import ResourceEvent


@entry_point
def on_event(event: ResourceEvent, _: LambdaContext) -> Beginning:
    """Begin to create, update or delete a cluster."""
    return _provider().on_event(event)


@entry_point
def is_complete(event: ResourceEvent, _: LambdaContext) -> Completion:
    """Ask whether that is done."""
    return _provider().is_complete(event)


@cache
def _provider() -> Provider:
    """Both functions, with what they have in the real world; made once per process."""
    region = os.environ["AWS_REGION"]
    table = os.environ.get("REGISTRY_TABLE")
    dynamodb = boto3.client("dynamodb", region_name=region)
    return Provider(
        library=ParallelClusterLibrary(region=region),
        stacks=CloudFormationStacks(client=boto3.client("cloudformation", region_name=region)),
        certificates=DynamoDbCertificates(client=dynamodb),
        registry=DynamoDbFailureRegistry(client=dynamodb, table=table) if table else None,
    )
