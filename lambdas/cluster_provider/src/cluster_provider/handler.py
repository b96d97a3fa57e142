"""The entry points of both functions, and the only place that reads the environment."""

import os
from functools import cache

import boto3

from cluster_provider.cloudformation_stacks import CloudFormationStacks
from cluster_provider.dynamodb_registry import DynamoDbFailureRegistry
from cluster_provider.json_lines import log_as_json_lines
from cluster_provider.pcluster_library import ParallelClusterLibrary
from cluster_provider.provider import Beginning, Completion, Provider
from cluster_provider.request import ResourceEvent


def on_event(event: ResourceEvent, context: object) -> Beginning:
    """Begin to create, update or delete a cluster."""
    return _provider().on_event(event)


def is_complete(event: ResourceEvent, context: object) -> Completion:
    """Ask whether that is done."""
    return _provider().is_complete(event)


@cache
def _provider() -> Provider:
    """Both functions, with what they have in the real world; made once per process."""
    log_as_json_lines()
    region = os.environ["AWS_REGION"]
    table = os.environ.get("REGISTRY_TABLE")
    return Provider(
        library=ParallelClusterLibrary(region=region),
        stacks=CloudFormationStacks(client=boto3.client("cloudformation", region_name=region)),
        registry=DynamoDbFailureRegistry(
            client=boto3.client("dynamodb", region_name=region), table=table
        )
        if table
        else None,
    )
