"""Behind `Custom::Reservation`: what holds a project's subnet and keys until all else is gone."""

from aws_cdk import Duration, Stack
from constructs import Construct

from cdk_app.dead_letters import DeadLetters
from cdk_app.functions import ApiPackageFunction
from cdk_app.project_permissions import ProjectPermissions
from cdk_app.provider_framework import ProviderFramework
from cdk_app.registry import Registry
from cdk_app.settings import Settings


class ReservationProvider(Construct):
    """The function and CDK's framework before it.

    Attributes:
        function: what the framework calls.
        service_token: what the template's `Custom::Reservation` takes.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Settings,
        dead_letters: DeadLetters,
        registry: Registry,
    ) -> None:
        super().__init__(scope, id_)
        self.function = function = ApiPackageFunction(
            self,
            "Function",
            settings=settings,
            module="reservation",
            description="Confirms a cluster's reservation, and releases it last",
            timeout=Duration.minutes(1),
            environment={
                "REGISTRY_TABLE": registry.table_name,
                "HISTORY_DAYS": str(settings.history_days),
            },
        )
        permissions = ProjectPermissions(Stack.of(self))
        for statement in (
            *permissions.registry_of_events(registry),
            permissions.look_at_stacks(),
            permissions.delete_keys(),
        ):
            function.add_to_role_policy(statement)
        framework = ProviderFramework(
            self, "Framework", settings=settings, dead_letters=dead_letters, on_event=function
        )
        self.service_token = framework.service_token
