"""The custom resource that holds a cluster's subnet, keys and record for its stack."""

import os

from aws_lambda_powertools.utilities.typing import LambdaContext

from cluster_api.aws import clients
from cluster_api.aws.keys import AwsKeys
from cluster_api.aws.registry import DynamoRegistry
from cluster_api.aws.stacks import CloudFormationStacks
from cluster_api.clock import SystemClock
from cluster_api.custom_resource import Made, OfCluster, ResourceEvent, project_of
from cluster_api.entry_point import entry_point
from cluster_api.reservations import Reservations
from cluster_api.settings import RegistrySettings, parse_registry_settings
from cluster_api.subject import is_about


class Properties(OfCluster):
    """The properties of the resource."""

    SubnetId: str


ReservationEvent = ResourceEvent[Properties]


def act(event: ReservationEvent, reservations: Reservations) -> Made:
    """Take or let go; the physical id is the creation, which an update does not change.

    A Delete answers for the id that it was asked about: where a creation was cancelled,
    CloudFormation has made one up, and the framework refuses another.
    """
    properties = event["ResourceProperties"]
    creation, stack_id = properties["Creation"], event["StackId"]
    project = project_of(properties)
    is_about(project)
    match event["RequestType"]:
        case "Create":
            reservations.hold(project, creation, stack_id)
        case "Delete":
            reservations.let_go(project, creation, stack_id)
            return {"PhysicalResourceId": event["PhysicalResourceId"]}
        case "Update":
            pass
    return {"PhysicalResourceId": creation}


def build_reservations(settings: RegistrySettings) -> Reservations:
    """The reservations with the real AWS behind them."""
    return Reservations(
        registry=DynamoRegistry(client=clients.dynamodb(), table=settings.registry_table),
        keys=AwsKeys(ec2=clients.ec2(), secrets_manager=clients.secrets_manager()),
        stacks=CloudFormationStacks(client=clients.cloudformation()),
        clock=SystemClock(),
        history_days=settings.history_days,
    )


_reservations = build_reservations(parse_registry_settings(os.environ))


@entry_point
def handler(event: ReservationEvent, _: LambdaContext) -> Made:
    """What CDK's provider framework calls for each event of the resource; it reports a raise."""
    return act(event, _reservations)
