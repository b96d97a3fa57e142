"""The REST API: a gateway that admits named principals only, before one function."""

import json

from aws_cdk import Duration, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from cdk_app.api_access import ROOT_PATH, ApiAccess
from cdk_app.api_gateway import Gateway
from cdk_app.cluster_subnets import subnets_path
from cdk_app.cluster_templates import ClusterTemplates
from cdk_app.functions import ApiPackageFunction
from cdk_app.project_cluster import SharedIdentities
from cdk_app.project_permissions import ProjectPermissions
from cdk_app.registry import Registry
from cdk_app.settings import Settings


class ClusterApi(Construct):
    """`/hpc-provisioner` behind the gateway.

    Attributes:
        url: of `/hpc-provisioner`, without a slash at its end.
        function: what answers.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Settings,
        access: ApiAccess,
        version: str,
        registry: Registry,
        templates: ClusterTemplates,
        identities: SharedIdentities,
        service_role: iam.IRole,
        secrets_key: kms.IKey,
        reconciler: lambda_.IFunction,
    ) -> None:
        super().__init__(scope, id_)
        stack = Stack.of(self)
        self.function = ApiPackageFunction(
            self,
            "Function",
            settings=settings,
            module="handler",
            description="Answers the Workflow Service: creates, shows and deletes clusters",
            # More than the 10 s that a caller waits: what began is finished.
            timeout=Duration.seconds(15),
            environment={
                "REGISTRY_TABLE": registry.table_name,
                "SUBNETS_PATH": subnets_path(settings.environment),
                "TEMPLATE_PARAMETERS": stack.to_json_string(identities.parameters()),
                "TEMPLATE_BASE_URL": templates.base_url(),
                "CATALOGUE": json.dumps(templates.keys(), separators=(",", ":")),
                "DEFAULT_TIER": settings.default_tier,
                "TIERS_BUCKET": templates.description.s3_bucket_name,
                "TIERS_KEY": templates.description.s3_object_key,
                "SERVICE_ROLE_ARN": service_role.role_arn,
                "SECRETS_KEY_ARN": secrets_key.key_arn,
                "HISTORY_DAYS": str(settings.history_days),
                "OPERATORS": stack.to_json_string(access.operators_as_functions_see_them()),
                "VERSION": version,
            },
        )
        self._grant(settings, registry, templates, service_role, secrets_key)
        gateway = Gateway(self, "Gateway", settings=settings, access=access)
        self.url = gateway.base_url
        root = gateway.root.add_resource(ROOT_PATH)
        root.add_resource("reconcile").add_method("ANY", _integration(reconciler))
        # Every other path reaches the function, which answers 404 and 405 as documented.
        root.add_proxy(default_integration=_integration(self.function))

    def _grant(
        self,
        settings: Settings,
        registry: Registry,
        templates: ClusterTemplates,
        service_role: iam.IRole,
        secrets_key: kms.IKey,
    ) -> None:
        permissions = ProjectPermissions(Stack.of(self))
        for statement in (
            permissions.registry_of_api(registry),
            permissions.read_subnets(subnets_path(settings.environment)),
            permissions.make_keys(),
            permissions.encrypt_secrets(secrets_key),
            permissions.delete_keys(),
            *permissions.launch(templates, service_role),
            permissions.read_tier_description(templates),
            permissions.look_at_and_delete_stacks(),
        ):
            self.function.add_to_role_policy(statement)


def _integration(function: lambda_.IFunction) -> apigateway.LambdaIntegration:
    return apigateway.LambdaIntegration(function, allow_test_invoke=False)
