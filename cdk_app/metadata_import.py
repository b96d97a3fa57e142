"""Behind `Custom::MetadataImport`: what makes a bucket's objects visible on a cluster's Lustre."""

from aws_cdk import Duration, Stack
from aws_cdk import aws_s3 as s3
from constructs import Construct

from cdk_app.data_permissions import DataPermissions, look_at_lustre
from cdk_app.dead_letters import DeadLetters
from cdk_app.functions import ApiPackageFunction
from cdk_app.provider_framework import ProviderFramework
from cdk_app.registry import Registry
from cdk_app.settings import Settings


class MetadataImportProvider(Construct):
    """The functions that begin an import and follow it, and CDK's framework before them.

    Attributes:
        on_event: the function that begins.
        is_complete: the function that asks.
        service_token: what the template's `Custom::MetadataImport` takes.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Settings,
        dead_letters: DeadLetters,
        registry: Registry,
        scratch: s3.IBucket,
    ) -> None:
        super().__init__(scope, id_)
        of_data = DataPermissions(Stack.of(self), scratch)
        statements = (
            *of_data.update_record(registry),
            look_at_lustre("DataRepositoryTasks"),
            # Where FSx is at another task, the function that asks begins this one.
            *of_data.begin_tasks(),
        )
        on_event, is_complete = (
            ApiPackageFunction(
                self,
                function,
                settings=settings,
                module="metadata_import",
                entry=entry,
                description=description,
                timeout=Duration.minutes(1),
                environment={"REGISTRY_TABLE": registry.table_name},
            )
            for function, entry, description in (
                ("OnEvent", "on_event", "Begins and cancels imports of metadata onto Lustre"),
                ("IsComplete", "is_complete", "Asks how far an import of metadata is"),
            )
        )
        for function in (on_event, is_complete):
            for statement in statements:
                function.add_to_role_policy(statement)
        self.on_event, self.is_complete = on_event, is_complete
        on_event.add_to_role_policy(of_data.cancel_tasks())
        framework = ProviderFramework(
            self,
            "Framework",
            settings=settings,
            dead_letters=dead_letters,
            on_event=on_event,
            is_complete=is_complete,
        )
        self.service_token = framework.service_token
