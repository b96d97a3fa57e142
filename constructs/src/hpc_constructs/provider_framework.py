"""CDK's provider framework, before the functions behind a custom resource."""

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_destinations as destinations
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sqs as sqs
from aws_cdk import custom_resources as cr
from constructs import Construct

from hpc_constructs.function_logs import write_own_logs_only


class ProviderFramework(cr.Provider):
    """What CloudFormation calls for a resource; its `service_token` is the resource's.

    With `is_complete` it asks every `query_interval`, for `TOTAL_TIMEOUT` at most. CloudFormation
    doesn't wait for the function that it calls, but for an answer: what that function fails at
    without answering goes to `dead_letters`.
    """

    TOTAL_TIMEOUT = Duration.minutes(60)
    """CloudFormation waits no longer for a custom resource; CDK's default is 30 minutes."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        on_event: lambda_.IFunction,
        is_complete: lambda_.IFunction | None = None,
        query_interval: Duration,
        log_retention: logs.RetentionDays,
        dead_letters: sqs.IQueue | None = None,
    ) -> None:
        super().__init__(
            scope,
            id_,
            on_event_handler=on_event,
            is_complete_handler=is_complete,
            query_interval=query_interval if is_complete else None,
            total_timeout=self.TOTAL_TIMEOUT if is_complete else None,
            # It asks again by throwing its request, with the signed address to answer to, and any
            # error may hold it: whoever reads that in a log may answer (aws-cdk issue 21224).
            framework_lambda_logging_level=lambda_.ApplicationLogLevel.FATAL,
            log_group=logs.LogGroup(scope, f"{id_}Log", retention=log_retention),
        )
        write_own_logs_only(self)
        if dead_letters:
            entry = self.node.find_child("framework-onEvent")
            if not isinstance(entry, lambda_.Function):
                raise TypeError(
                    f"CDK's framework has {entry} as framework-onEvent, no function: look how "
                    "this version of CDK is called by CloudFormation, and adapt ProviderFramework"
                )
            entry.configure_async_invoke(on_failure=destinations.SqsDestination(dead_letters))
