"""The listener on CloudFormation's events: each is a hint to look at its stack."""

import os
from typing import TypedDict

from aws_lambda_powertools.utilities.typing import LambdaContext

from cluster_api.aws import clients
from cluster_api.aws.keys import AwsKeys
from cluster_api.aws.meter import EmbeddedMetrics
from cluster_api.aws.registry import DynamoRegistry
from cluster_api.aws.stacks import CloudFormationStacks
from cluster_api.aws.workflows import StateMachine
from cluster_api.clock import SystemClock
from cluster_api.entry_point import entry_point
from cluster_api.following import StackFollower
from cluster_api.settings import FollowerSettings, parse_follower_settings

# `stack-id` is no name that a class could have.
Detail = TypedDict("Detail", {"stack-id": str})


class StackStatusChange(TypedDict):
    """The part of EventBridge's "CloudFormation Stack Status Change" that is read."""

    detail: Detail


def build_follower(settings: FollowerSettings) -> StackFollower:
    """The follower with the real AWS behind it."""
    return StackFollower(
        registry=DynamoRegistry(client=clients.dynamodb(), table=settings.registry_table),
        keys=AwsKeys(ec2=clients.ec2(), secrets_manager=clients.secrets_manager()),
        stacks=CloudFormationStacks(client=clients.cloudformation()),
        clock=SystemClock(),
        workflows=StateMachine(
            client=clients.step_functions, state_machine_arn=settings.deletion_workflow_arn
        ),
        meter=EmbeddedMetrics(),
        history_days=settings.history_days,
    )


_follower = build_follower(parse_follower_settings(os.environ))


@entry_point
def handler(event: StackStatusChange, _: LambdaContext) -> None:
    """Bring the registry up to date with the stack; a raise has the event delivered again."""
    _follower.follow(event["detail"]["stack-id"])
