"""ClusterProvider: the functions behind `Custom::ParallelCluster`, one pair for all clusters."""

from aws_cdk import Duration, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import custom_resources as cr
from constructs import Construct

from hpc_constructs.provider_functions import ProviderRuntime
from hpc_constructs.provider_permissions import (
    asking_statements,
    beginning_statements,
)


class ClusterProvider(Construct):
    """Makes, changes and deletes clusters with the aws-parallelcluster library.

    Attributes:
        service_token: what `ParallelCluster` takes.
        on_event: the function that begins.
        is_complete: the function that asks.
    """

    TOTAL_TIMEOUT = Duration.minutes(60)
    """What a cluster may take. CDK's default, 30 minutes, is less than the 35 of a head node."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        runtime: ProviderRuntime,
        artifacts: s3.IBucket,
        node_scripts: s3.IBucket,
        permissions_boundary: iam.IManagedPolicy,
        registry: dynamodb.ITable | None = None,
        query_interval: Duration | None = None,
        log_retention: logs.RetentionDays = logs.RetentionDays.SIX_MONTHS,
    ) -> None:
        super().__init__(scope, id_)
        log_group = logs.LogGroup(self, "Log", retention=log_retention)
        environment = {"REGISTRY_TABLE": registry.table_name} if registry else {}
        self.on_event = runtime.function(
            self,
            "OnEvent",
            handler="cluster_provider.handler.on_event",
            # The first call compiles jsii's modules: 7 to 11 s measured, 17 s under load.
            timeout=Duration.minutes(5),
            environment=environment,
            log_group=log_group,
        )
        self.is_complete = runtime.function(
            self,
            "IsComplete",
            handler="cluster_provider.handler.is_complete",
            timeout=Duration.minutes(2),
            environment=environment,
            log_group=log_group,
        )
        self._grant(artifacts, node_scripts, permissions_boundary, registry)
        provider = cr.Provider(
            self,
            "Framework",
            on_event_handler=self.on_event,
            is_complete_handler=self.is_complete,
            log_group=logs.LogGroup(self, "FrameworkLog", retention=log_retention),
            # It asks again by throwing its request, with the signed address to answer to: whoever
            # reads that in a log may answer for the cluster (aws-cdk issue 21224).
            framework_lambda_logging_level=lambda_.ApplicationLogLevel.FATAL,
            query_interval=query_interval or Duration.seconds(30),
            total_timeout=self.TOTAL_TIMEOUT,
        )
        self.service_token = provider.service_token

    def _grant(
        self,
        artifacts: s3.IBucket,
        node_scripts: s3.IBucket,
        permissions_boundary: iam.IManagedPolicy,
        registry: dynamodb.ITable | None,
    ) -> None:
        stack = Stack.of(self)
        for statement in beginning_statements(
            stack,
            artifacts=artifacts,
            node_scripts=node_scripts,
            boundary_arn=permissions_boundary.managed_policy_arn,
        ):
            self.on_event.add_to_role_policy(statement)
        for statement in asking_statements(stack, artifacts=artifacts):
            self.is_complete.add_to_role_policy(statement)
        if registry:
            for function in (self.on_event, self.is_complete):
                registry.grant(function, "dynamodb:UpdateItem")
