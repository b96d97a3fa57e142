"""The REST API: a gateway that admits named principals only, before one function."""

import hashlib
import json

from aws_cdk import Duration, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_ssm as ssm
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from cdk_app.api_access import ROOT_PATH, ApiAccess
from cdk_app.api_gateway import METHODS, Gateway
from cdk_app.cluster_subnets import launch_path
from cdk_app.cluster_templates import ClusterTemplates
from cdk_app.data_permissions import begin_workflow, look_at_lustre
from cdk_app.functions import ApiPackageFunction
from cdk_app.project_parameters import SharedIdentities
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
        deletions: sfn.IStateMachine,
    ) -> None:
        super().__init__(scope, id_)
        stack = Stack.of(self)
        shared = _shared_identities(self, settings, templates, identities)
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
                "LAUNCH_PATH": launch_path(settings.environment),
                "TEMPLATE_PARAMETERS": shared.parameter_name,
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
                "DELETION_WORKFLOW_ARN": deletions.state_machine_arn,
            },
        )
        permissions = ProjectPermissions(stack)
        for statement in (
            *self._registry_and_keys(permissions, registry, secrets_key),
            permissions.read_launch_parameters(launch_path(settings.environment)),
            *permissions.launch(templates, service_role),
            permissions.read_tier_description(templates),
            *permissions.see_and_delete_stacks(),
            begin_workflow(deletions),
            look_at_lustre("DataRepositoryTasks"),
        ):
            self.function.add_to_role_policy(statement)
        gateway = Gateway(self, "Gateway", settings=settings, access=access)
        self.url = gateway.base_url
        root = gateway.root.add_resource(ROOT_PATH)
        root.add_resource("reconcile").add_method("ANY", _integration(reconciler))
        # Every other path reaches the function, which answers 404 and 405 as documented.
        calls = root.add_proxy(default_integration=_integration(self.function))
        # The gateway's metrics go by its own methods; those of ANY's requests would be one.
        for method in METHODS:
            calls.add_method(method)

    @staticmethod
    def _registry_and_keys(
        permissions: ProjectPermissions, registry: Registry, secrets_key: kms.IKey
    ) -> list[iam.PolicyStatement]:
        return [
            *permissions.registry_of_api(registry),
            permissions.make_keys(),
            permissions.make_keys_anew(),
            permissions.encrypt_secrets(secrets_key),
            permissions.delete_keys(),
        ]


def _shared_identities(
    scope: Construct,
    settings: Settings,
    templates: ClusterTemplates,
    identities: SharedIdentities,
) -> ssm.StringParameter:
    """What every launch is told; a Lambda environment has no room for it.

    Its name goes by the templates: with new ones there is a new parameter, and the function goes
    from the old ones to the new ones in one step.
    """
    version = hashlib.sha256(json.dumps(templates.keys()).encode()).hexdigest()[:12]
    return ssm.StringParameter(
        scope,
        "SharedIdentities",
        description="Parameters of the published templates that are the same for every cluster",
        parameter_name=f"{launch_path(settings.environment)}/template-parameters/{version}",
        string_value=Stack.of(scope).to_json_string(identities.parameters()),
        simple_name=False,
    )


def _integration(function: lambda_.IFunction) -> apigateway.LambdaIntegration:
    return apigateway.LambdaIntegration(function, allow_test_invoke=False)
