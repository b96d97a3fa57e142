"""The listener on CloudFormation's events: each is a hint to look at its stack."""

import os
from typing import TypedDict

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from cluster_api.aws import clients
from cluster_api.aws.keys import AwsKeys
from cluster_api.aws.registry import DynamoRegistry
from cluster_api.aws.stacks import CloudFormationStacks
from cluster_api.clock import SystemClock
from cluster_api.following import StackFollower
from cluster_api.settings import RegistrySettings, parse_registry_settings

# `stack-id` is no name that a class could have.
Detail = TypedDict("Detail", {"stack-id": str})


class StackStatusChange(TypedDict):
    """The part of EventBridge's "CloudFormation Stack Status Change" that is read."""

    detail: Detail


def build_follower(settings: RegistrySettings) -> StackFollower:
    """The follower with the real AWS behind it."""
    return StackFollower(
        registry=DynamoRegistry(client=clients.dynamodb(), table=settings.registry_table),
        keys=AwsKeys(ec2=clients.ec2(), secrets_manager=clients.secrets_manager()),
        stacks=CloudFormationStacks(client=clients.cloudformation()),
        clock=SystemClock(),
        history_days=settings.history_days,
    )


logger = Logger(service="cluster_api")
_follower = build_follower(parse_registry_settings(os.environ))


@logger.inject_lambda_context(clear_state=True)
def handler(event: StackStatusChange, _: LambdaContext) -> None:
    """Bring the registry up to date with the stack; a raise has the event delivered again."""
    _follower.follow(event["detail"]["stack-id"])
