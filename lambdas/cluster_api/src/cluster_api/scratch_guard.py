"""The custom resource that holds a cluster's Lustre file system until its scratch is exported."""

import os

from aws_lambda_powertools.utilities.typing import LambdaContext

from cluster_api.aws import clients
from cluster_api.aws.data_repositories import FsxDataRepositories
from cluster_api.aws.receipts import S3Receipts
from cluster_api.aws.registry import DynamoRegistry
from cluster_api.aws.stacks import CloudFormationStacks
from cluster_api.custom_resource import Made, OfCluster, ResourceEvent, project_of
from cluster_api.data_errors import ScratchReplaced
from cluster_api.entry_point import entry_point
from cluster_api.guarding import Guarded, ScratchGuards
from cluster_api.lustre import Scratch
from cluster_api.settings import GuardSettings, parse_guard_settings
from cluster_api.subject import is_about


class Properties(OfCluster):
    """The properties of the resource."""

    FileSystemId: str
    AssociationId: str


GuardEvent = ResourceEvent[Properties]


def act(event: GuardEvent, guards: ScratchGuards) -> Made:
    """Hold or let go; the physical id is the file system, of which there is never another.

    A Delete of a guard that was never made, with an id that CloudFormation made up, has nothing to
    hold: nothing that depends on it was begun.
    """
    properties = event["ResourceProperties"]
    scratch = Scratch(
        file_system_id=properties["FileSystemId"], association_id=properties["AssociationId"]
    )
    is_about(project_of(properties))
    guarded = Guarded(
        project=project_of(properties),
        creation=properties["Creation"],
        scratch=scratch,
    )
    match event["RequestType"]:
        case "Create":
            guards.hold(guarded)
            return {"PhysicalResourceId": scratch.file_system_id}
        case "Update":
            if event["PhysicalResourceId"] != scratch.file_system_id:
                raise ScratchReplaced(event["PhysicalResourceId"], scratch.file_system_id)
        case "Delete":
            guards.let_go(guarded, event["StackId"])
    return {"PhysicalResourceId": event["PhysicalResourceId"]}


def build_guards(settings: GuardSettings) -> ScratchGuards:
    """The guards with the real AWS behind them."""
    return ScratchGuards(
        registry=DynamoRegistry(client=clients.dynamodb(), table=settings.registry_table),
        stacks=CloudFormationStacks(client=clients.cloudformation()),
        repositories=FsxDataRepositories(client=clients.fsx),
        receipts=S3Receipts(client=clients.s3(), bucket=settings.scratch_bucket),
    )


_guards = build_guards(parse_guard_settings(os.environ))


@entry_point
def handler(event: GuardEvent, _: LambdaContext) -> Made:
    """What CDK's provider framework calls for each event of the resource; it reports a raise."""
    return act(event, _guards)
