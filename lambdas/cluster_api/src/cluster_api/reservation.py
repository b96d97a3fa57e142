"""The custom resource that holds a cluster's subnet, keys and record for its stack."""

import os
from typing import Literal, TypedDict

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from cluster_api.aws import clients
from cluster_api.aws.keys import AwsKeys
from cluster_api.aws.registry import DynamoRegistry
from cluster_api.aws.stacks import CloudFormationStacks
from cluster_api.clock import SystemClock
from cluster_api.model import Project
from cluster_api.reservations import Reservations
from cluster_api.settings import RegistrySettings, parse_registry_settings


class Properties(TypedDict):
    """The properties of the resource."""

    VlabId: str
    ProjectId: str
    Creation: str
    SubnetId: str


class ReservationEvent(TypedDict):
    """The parts of CDK's provider framework's event that are read."""

    RequestType: Literal["Create", "Update", "Delete"]
    StackId: str
    PhysicalResourceId: str  # of an Update and a Delete
    ResourceProperties: Properties


class Held(TypedDict):
    """What the framework is told."""

    PhysicalResourceId: str


def act(event: ReservationEvent, reservations: Reservations) -> Held:
    """Take or let go; the physical id is the creation, which an update does not change.

    A Delete answers for the id that it was asked about: where a creation was cancelled,
    CloudFormation has made one up, and the framework refuses another.
    """
    properties = event["ResourceProperties"]
    creation, stack_id = properties["Creation"], event["StackId"]
    project = Project(vlab_id=properties["VlabId"], project_id=properties["ProjectId"])
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


logger = Logger(service="cluster_api")
_reservations = build_reservations(parse_registry_settings(os.environ))


@logger.inject_lambda_context(clear_state=True)
def handler(event: ReservationEvent, _: LambdaContext) -> Held:
    """What CDK's provider framework calls for each event of the resource; it reports a raise."""
    return act(event, _reservations)
