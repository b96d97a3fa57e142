"""Keeps the registry current: every change of a project's stack reaches it as an event."""

from aws_cdk import Duration, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from cdk_app.data_permissions import begin_workflow
from cdk_app.dead_letters import DeadLetters
from cdk_app.functions import ApiPackageFunction
from cdk_app.project_permissions import ProjectPermissions
from cdk_app.registry import Registry
from cdk_app.settings import Settings


class StackEvents(Construct):
    """The rule for CloudFormation's events of projects' stacks, and the function that listens.

    Attributes:
        function: listens.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Settings,
        dead_letters: DeadLetters,
        registry: Registry,
        deletions: sfn.IStateMachine,
    ) -> None:
        super().__init__(scope, id_)
        stack = Stack.of(self)
        self.function = function = ApiPackageFunction(
            self,
            "Function",
            settings=settings,
            module="stack_events",
            description="Brings the state of projects' stacks into the registry",
            timeout=Duration.minutes(1),
            environment={
                "REGISTRY_TABLE": registry.table_name,
                "HISTORY_DAYS": str(settings.history_days),
                "DELETION_WORKFLOW_ARN": deletions.state_machine_arn,
            },
        )
        permissions = ProjectPermissions(stack)
        for statement in (
            *permissions.registry_of_events(registry),
            *permissions.look_at_and_delete_stacks(),
            permissions.delete_keys(),
            begin_workflow(deletions),
        ):
            function.add_to_role_policy(statement)
        prefix = stack.format_arn(service="cloudformation", resource="stack", resource_name="hpc-")
        events.Rule(
            self,
            "Rule",
            description="Changes of the stacks of projects' clusters",
            event_pattern=events.EventPattern(
                source=["aws.cloudformation"],
                detail_type=["CloudFormation Stack Status Change"],
                detail={"stack-id": events.Match.prefix(prefix)},
            ),
            targets=[dead_letters.target(function, retry_attempts=8)],
        )
