"""The REST API: a gateway that admits signed requests only, before one function."""

import json

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct

from cdk_app.cluster_subnets import subnets_path
from cdk_app.cluster_templates import ClusterTemplates
from cdk_app.functions import LOG_RETENTION, ApiPackageFunction
from cdk_app.project_cluster import SharedIdentities
from cdk_app.project_permissions import ProjectPermissions
from cdk_app.registry import Registry
from cdk_app.settings import Settings

# Its callers have it so, in every environment.
STAGE = "production"
ROOT_PATH = "hpc-provisioner"


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
        version: str,
        registry: Registry,
        templates: ClusterTemplates,
        identities: SharedIdentities,
        service_role: iam.IRole,
        secrets_key: kms.IKey,
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
                "OPERATORS": json.dumps(settings.operators),
                "VERSION": version,
            },
        )
        self._grant(settings, registry, templates, service_role, secrets_key)
        gateway = self._gateway(settings)
        self.url = f"{gateway.url}{ROOT_PATH}"

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

    def _gateway(self, settings: Settings) -> apigateway.RestApi:
        access_log = logs.LogGroup(
            self, "AccessLog", retention=LOG_RETENTION[settings.log_retention_days]
        )
        gateway = apigateway.RestApi(
            self,
            "Gateway",
            rest_api_name=f"hpc-provisioner-{settings.environment}",
            description="Private HPC clusters for the projects of virtual labs",
            endpoint_types=[apigateway.EndpointType.REGIONAL],
            deploy_options=apigateway.StageOptions(
                stage_name=STAGE,
                logging_level=apigateway.MethodLoggingLevel.ERROR,
                access_log_destination=apigateway.LogGroupLogDestination(access_log),
                access_log_format=apigateway.AccessLogFormat.json_with_standard_fields(
                    caller=True,
                    http_method=True,
                    ip=True,
                    protocol=True,
                    request_time=True,
                    resource_path=True,
                    response_length=True,
                    status=True,
                    user=True,
                ),
                throttling_rate_limit=50,
                throttling_burst_limit=100,
            ),
            default_method_options=apigateway.MethodOptions(
                authorization_type=apigateway.AuthorizationType.IAM
            ),
            cloud_watch_role=True,
            cloud_watch_role_removal_policy=RemovalPolicy.DESTROY,
        )
        # Every path below the root reaches the function, which answers 404 and 405 as documented.
        gateway.root.add_resource(ROOT_PATH).add_proxy(
            default_integration=apigateway.LambdaIntegration(self.function, allow_test_invoke=False)
        )
        return gateway
