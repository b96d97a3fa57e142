"""The function of the deletion's workflow: a step a call, whose answer is the next one's input."""

import os
from typing import NotRequired, TypedDict

from aws_lambda_powertools.utilities.typing import LambdaContext

from cluster_api.aws import clients
from cluster_api.aws.data_repositories import FsxDataRepositories
from cluster_api.aws.owned_clusters import ProvidedClusters
from cluster_api.aws.receipts import S3Receipts
from cluster_api.aws.registry import DynamoRegistry
from cluster_api.aws.stacks import CloudFormationStacks
from cluster_api.clock import SystemClock
from cluster_api.entry_point import entry_point
from cluster_api.export_attempts import Order
from cluster_api.export_steps import ExportSteps
from cluster_api.model import Project
from cluster_api.settings import ExportSettings, parse_export_settings
from cluster_api.subject import is_about


class StepInput(TypedDict):
    """The state machine's input, and then what the last step answered.

    `failure` is what the state machine has caught when steps failed again and again.
    """

    vlab_id: str
    project_id: str
    creation: str
    attempt: str
    run: int
    failure: NotRequired[object]


class StepOutput(StepInput):
    """The same, with what the state machine does next."""

    done: bool
    wait_seconds: int


def act(event: StepInput, steps: ExportSteps) -> StepOutput:
    """Take a step, or give up."""
    order = Order(
        vlab_id=event["vlab_id"],
        project_id=event["project_id"],
        creation=event["creation"],
        attempt=event["attempt"],
        run=event["run"],
    )
    is_about(Project(vlab_id=order.vlab_id, project_id=order.project_id))
    done, wait_seconds = True, 0
    if "failure" in event:
        steps.give_up(order)
    else:
        step = steps.step(order)
        done, wait_seconds = step.done, step.wait_seconds
    return {
        "vlab_id": order.vlab_id,
        "project_id": order.project_id,
        "creation": order.creation,
        "attempt": order.attempt,
        "run": order.run,
        "done": done,
        "wait_seconds": wait_seconds,
    }


def build_steps(settings: ExportSettings) -> ExportSteps:
    """The steps with the real AWS behind them."""
    cloudformation = clients.cloudformation()
    return ExportSteps(
        registry=DynamoRegistry(client=clients.dynamodb(), table=settings.registry_table),
        stacks=CloudFormationStacks(client=cloudformation),
        clusters=ProvidedClusters(
            cloudformation=cloudformation,
            functions=clients.functions(),
            provider_arn=settings.cluster_provider_arn,
        ),
        repositories=FsxDataRepositories(client=clients.fsx),
        receipts=S3Receipts(client=clients.s3(), bucket=settings.scratch_bucket),
        clock=SystemClock(),
    )


_steps = build_steps(parse_export_settings(os.environ))


@entry_point
def handler(event: StepInput, _: LambdaContext) -> StepOutput:
    """Take a step; a raise has the state machine repeat it."""
    return act(event, _steps)
