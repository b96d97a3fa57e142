"""What CloudFormation calls for our custom resources, as the environment's settings say."""

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

import hpc_constructs
from cdk_app.dead_letters import DeadLetters
from cdk_app.functions import LOG_RETENTION
from cdk_app.settings import Settings


class ProviderFramework(hpc_constructs.ProviderFramework):
    """It asks `is_complete` as often as the settings say, and keeps logs as long as they say."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Settings,
        dead_letters: DeadLetters,
        on_event: lambda_.IFunction,
        is_complete: lambda_.IFunction | None = None,
    ) -> None:
        super().__init__(
            scope,
            id_,
            on_event=on_event,
            is_complete=is_complete,
            query_interval=Duration.seconds(settings.provider.query_interval_seconds),
            log_retention=LOG_RETENTION[settings.log_retention_days],
            dead_letters=dead_letters.queue,
        )
