"""The reconciler: compares what is there with the registry, on a schedule and for operators."""

import json

from aws_cdk import Duration, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from cdk_app.api_access import ApiAccess
from cdk_app.cluster_subnets import launch_path
from cdk_app.data_permissions import DataPermissions, begin_workflow, look_at_lustre
from cdk_app.dead_letters import DeadLetters
from cdk_app.functions import ApiPackageFunction
from cdk_app.project_permissions import ProjectPermissions
from cdk_app.registry import Registry
from cdk_app.settings import Settings
from hpc_constructs import ClusterProvider

# What is younger is left alone. Nothing on its way takes longer: the provider gives a cluster an
# hour, and storage comes before it.
_GRACE = ClusterProvider.TOTAL_TIMEOUT.plus(Duration.minutes(30))


class Reconciler(Construct):
    """The function, and the rule that calls it.

    Attributes:
        function: also answers `POST /hpc-provisioner/reconcile`.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Settings,
        dead_letters: DeadLetters,
        access: ApiAccess,
        registry: Registry,
        scratch: s3.IBucket,
        cluster_provider: lambda_.IFunction,
        deletions: sfn.IStateMachine,
    ) -> None:
        super().__init__(scope, id_)
        stack = Stack.of(self)
        self.function = ApiPackageFunction(
            self,
            "Function",
            settings=settings,
            module="reconciler",
            description="Makes the registry, leases, keys and stacks agree",
            timeout=Duration.minutes(5),
            environment={
                "REGISTRY_TABLE": registry.table_name,
                "LAUNCH_PATH": launch_path(settings.environment),
                "TIERS": json.dumps(settings.tiers),
                "HISTORY_DAYS": str(settings.history_days),
                "GRACE_MINUTES": str(_GRACE.to_minutes()),
                "CLUSTER_PROVIDER_ARN": cluster_provider.function_arn,
                "DELETION_WORKFLOW_ARN": deletions.state_machine_arn,
                "OPERATORS": stack.to_json_string(access.operators_as_functions_see_them()),
            },
        )
        permissions = ProjectPermissions(stack)
        for statement in (
            *permissions.registry_of_reconciler(registry),
            permissions.look_around(),
            permissions.read_launch_parameters(launch_path(settings.environment)),
            permissions.look_at_clusters(),
            *permissions.look_at_and_delete_stacks(),
            permissions.delete_keys(),
            permissions.have_clusters_deleted(cluster_provider),
            begin_workflow(deletions),
            look_at_lustre("DataRepositoryTasks"),
            # Imports that no cluster waits for, once FSx has time for them.
            *DataPermissions(stack, scratch).begin_tasks(),
        ):
            self.function.add_to_role_policy(statement)
        events.Rule(
            self,
            "Schedule",
            description="The reconciler's passes",
            schedule=events.Schedule.rate(Duration.minutes(settings.reconcile_every_minutes)),
            targets=[dead_letters.target(self.function, retry_attempts=0)],
        )
