"""Behind `Custom::Reservation`: what holds a project's subnet and keys until all else is gone."""

from aws_cdk import Duration, Stack
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import custom_resources as cr
from constructs import Construct

from cdk_app.functions import LOG_RETENTION, ApiPackageFunction
from cdk_app.project_permissions import ProjectPermissions
from cdk_app.registry import Registry
from cdk_app.settings import Settings


class ReservationProvider(Construct):
    """The function and CDK's framework before it.

    Attributes:
        service_token: what the template's `Custom::Reservation` takes.
    """

    def __init__(
        self, scope: Construct, id_: str, *, settings: Settings, registry: Registry
    ) -> None:
        super().__init__(scope, id_)
        function = ApiPackageFunction(
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
            permissions.registry_of_events(registry),
            permissions.look_at_stacks(),
            permissions.delete_keys(),
        ):
            function.add_to_role_policy(statement)
        self.service_token = cr.Provider(
            self,
            "Framework",
            on_event_handler=function,
            # An error that it throws may hold its request, with the signed address to answer to.
            framework_lambda_logging_level=lambda_.ApplicationLogLevel.FATAL,
            log_group=logs.LogGroup(
                self, "FrameworkLog", retention=LOG_RETENTION[settings.log_retention_days]
            ),
        ).service_token
