"""ClusterProvider: the functions behind `Custom::ParallelCluster`, one pair for all clusters."""

from aws_cdk import Duration, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from hpc_constructs.function_logs import write_own_logs_only
from hpc_constructs.provider_framework import ProviderFramework
from hpc_constructs.provider_functions import ProviderRuntime
from hpc_constructs.provider_permissions import (
    asking_statements,
    beginning_statements,
    read_certificates,
)


class ClusterProvider(Construct):
    """Makes, changes and deletes clusters with the aws-parallelcluster library.

    Attributes:
        service_token: what `ParallelCluster` takes.
        on_event: the function that begins.
        is_complete: the function that asks.
    """

    TOTAL_TIMEOUT = ProviderFramework.TOTAL_TIMEOUT
    """What a cluster may take; the 35 minutes of a head node are more than CDK's default."""

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
        rest_api: bool = False,
        query_interval: Duration | None = None,
        log_retention: logs.RetentionDays = logs.RetentionDays.SIX_MONTHS,
        dead_letters: sqs.IQueue | None = None,
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
        if rest_api:
            self.is_complete.add_to_role_policy(read_certificates(Stack.of(self)))
        write_own_logs_only(self.on_event, self.is_complete)
        framework = ProviderFramework(
            self,
            "Framework",
            on_event=self.on_event,
            is_complete=self.is_complete,
            query_interval=query_interval or Duration.seconds(30),
            log_retention=log_retention,
            dead_letters=dead_letters,
        )
        self.service_token = framework.service_token

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
