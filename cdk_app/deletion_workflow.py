"""The workflow of a deletion: a step, a wait, a step again, until the scratch is exported."""

from collections.abc import Sequence

from aws_cdk import Duration, Stack
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

from cdk_app.data_permissions import DataPermissions, encrypt_receipts, look_at_lustre
from cdk_app.functions import LOG_RETENTION, ApiPackageFunction
from cdk_app.project_permissions import ProjectPermissions
from cdk_app.registry import Registry
from cdk_app.settings import Settings

_STEP_MAY_TAKE = Duration.minutes(1)
# 10, 20, … 160 s, six tries of a minute, and at most five minutes' wait before: 17 minutes. After
# 30 without a word the reconciler takes the execution for dead (cluster_api.export_attempts).
_FIRST_RETRY, _RETRIES = Duration.seconds(10), 5


class DeletionWorkflow(Construct):
    """The function that takes a step, and the state machine that has it take one after the other.

    Attributes:
        state_machine: an execution is one try of one deletion.
        function: takes its steps.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Settings,
        registry: Registry,
        scratch: s3.IBucket,
        bucket_keys: Sequence[kms.IKey],
        cluster_provider: lambda_.IFunction,
    ) -> None:
        super().__init__(scope, id_)
        self.function = function = ApiPackageFunction(
            self,
            "Function",
            settings=settings,
            module="deletion_step",
            description="Takes a step of a cluster's deletion: exports its scratch first",
            timeout=_STEP_MAY_TAKE,
            environment={
                "REGISTRY_TABLE": registry.table_name,
                "SCRATCH_BUCKET": scratch.bucket_name,
                "CLUSTER_PROVIDER_ARN": cluster_provider.function_arn,
            },
        )
        permissions = ProjectPermissions(Stack.of(self))
        of_data = DataPermissions(Stack.of(self), scratch)
        for statement in (
            *of_data.update_record(registry),
            permissions.look_at_clusters(),
            *permissions.look_at_and_delete_stacks(),
            permissions.have_clusters_deleted(cluster_provider),
            look_at_lustre("FileSystems", "DataRepositoryAssociations", "DataRepositoryTasks"),
            of_data.change_links(),
            *of_data.begin_tasks(),
            of_data.cancel_tasks(),
            *of_data.keep_receipts(),
            encrypt_receipts(bucket_keys),
        ):
            function.add_to_role_policy(statement)
        self.state_machine = sfn.StateMachine(
            self,
            "StateMachine",
            comment="Exports a cluster's scratch, however long it takes, and deletes its stack",
            definition_body=sfn.DefinitionBody.from_chainable(self._states(function)),
            tracing_enabled=True,
            # Without what goes in and out: all that is of use is in the function's log.
            logs=sfn.LogOptions(
                destination=logs.LogGroup(
                    self, "Log", retention=LOG_RETENTION[settings.log_retention_days]
                ),
                level=sfn.LogLevel.ALL,
                include_execution_data=False,
            ),
        )

    def _states(self, function: lambda_.IFunction) -> sfn.IChainable:
        """What the function answers is the next step's input."""
        step = self._call(function, "Step")
        step.add_retry(
            errors=["States.ALL"], interval=_FIRST_RETRY, max_attempts=_RETRIES, backoff_rate=2
        )
        step.add_catch(self._call(function, "GiveUp"), result_path="$.failure")
        wait = sfn.Wait(self, "Wait", time=sfn.WaitTime.seconds_path("$.wait_seconds"))
        is_done = sfn.Choice(self, "IsDone").when(
            sfn.Condition.boolean_equals("$.done", True), sfn.Succeed(self, "Done")
        )
        return step.next(is_done.otherwise(wait.next(step)))

    def _call(self, function: lambda_.IFunction, id_: str) -> tasks.LambdaInvoke:
        return tasks.LambdaInvoke(
            self,
            id_,
            lambda_function=function,
            payload_response_only=True,
            retry_on_service_exceptions=False,
        )
