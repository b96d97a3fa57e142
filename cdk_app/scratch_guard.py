"""Behind `Custom::ScratchGuard`: what holds a cluster's Lustre until its scratch is exported."""

from collections.abc import Sequence

from aws_cdk import Duration, Stack
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from cdk_app.data_permissions import DataPermissions, decrypt_receipts, look_at_lustre
from cdk_app.dead_letters import DeadLetters
from cdk_app.functions import ApiPackageFunction
from cdk_app.project_permissions import ProjectPermissions
from cdk_app.provider_framework import ProviderFramework
from cdk_app.registry import Registry
from cdk_app.settings import Settings


class ScratchGuardProvider(Construct):
    """The function and CDK's framework before it.

    Attributes:
        function: what the framework calls.
        service_token: what the template's `Custom::ScratchGuard` takes.
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
        bucket_keys: Sequence[kms.IKey],
    ) -> None:
        super().__init__(scope, id_)
        self.function = function = ApiPackageFunction(
            self,
            "Function",
            settings=settings,
            module="scratch_guard",
            description="Holds a cluster's Lustre until its scratch is exported",
            timeout=Duration.minutes(1),
            environment={
                "REGISTRY_TABLE": registry.table_name,
                "SCRATCH_BUCKET": scratch.bucket_name,
            },
        )
        of_data = DataPermissions(Stack.of(self), scratch)
        for statement in (
            *of_data.update_record(registry),
            ProjectPermissions(Stack.of(self)).look_at_stacks(),
            look_at_lustre("FileSystems"),
            *of_data.read_receipts(),
            decrypt_receipts(bucket_keys),
        ):
            function.add_to_role_policy(statement)
        framework = ProviderFramework(
            self, "Framework", settings=settings, dead_letters=dead_letters, on_event=function
        )
        self.service_token = framework.service_token
