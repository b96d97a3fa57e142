"""The function that lists, every night, which directories of projects are in use."""

import os

from aws_lambda_powertools.utilities.typing import LambdaContext

from cluster_api.aws import clients
from cluster_api.aws.directories import EfsAccessPoints, RetentionFunction
from cluster_api.aws.registry import DynamoRegistry
from cluster_api.clock import SystemClock
from cluster_api.directory_use import DirectoryUse
from cluster_api.entry_point import entry_point, logger
from cluster_api.settings import DirectorySettings, parse_directory_settings


def build_directory_use(settings: DirectorySettings) -> DirectoryUse:
    """The listing with the real AWS behind it."""
    return DirectoryUse(
        registry=DynamoRegistry(client=clients.dynamodb(), table=settings.registry_table),
        mounted=EfsAccessPoints(client=clients.efs(), file_system_id=settings.file_system_id),
        retention=RetentionFunction(
            client=clients.functions(), function_arn=settings.retention_function_arn
        ),
        clock=SystemClock(),
    )


_directory_use = build_directory_use(parse_directory_settings(os.environ))


@entry_point
def handler(_: object, __: LambdaContext) -> dict[str, int]:
    """What the schedule calls; a raise is seen as the function's error, and nothing is deleted."""
    in_use = _directory_use.tell()
    logger.info("listed", extra={"directories_in_use": in_use})
    return {"in_use": in_use}
