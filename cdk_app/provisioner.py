"""Stack `Provisioner`: the API, the registry, the published templates and what they stand on."""

from pathlib import Path

from aws_cdk import CfnOutput, Duration, RemovalPolicy
from constructs import Construct

from cdk_app.api import ClusterApi
from cdk_app.api_access import ApiAccess
from cdk_app.cluster_events import ClusterEvents
from cdk_app.cluster_templates import ClusterTemplates
from cdk_app.configuration_files import Configuration
from cdk_app.environment_stack import EnvironmentStack
from cdk_app.functions import LOG_RETENTION
from cdk_app.network import Network
from cdk_app.project_cluster import SharedIdentities
from cdk_app.reconciler import Reconciler
from cdk_app.registry import Registry
from cdk_app.reservation import ReservationProvider
from cdk_app.service_role import ProjectStacksRole
from cdk_app.settings import ProviderSettings
from cdk_app.shared_data import SharedData
from cdk_app.stack_events import StackEvents
from hpc_constructs import (
    ClusterProvider,
    ImageRuntime,
    NodePermissionsBoundary,
    NodeScripts,
    ProcessRuntime,
    ProviderRuntime,
)

_PROVIDER_DIRECTORY = Path(__file__).parent.parent / "lambdas" / "cluster_provider"


class Provisioner(EnvironmentStack):
    """What makes clusters on demand."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        configuration: Configuration,
        access: ApiAccess,
        version: str,
        templates_directory: Path,
        network: Network,
        shared_data: SharedData,
    ) -> None:
        settings = configuration.settings
        super().__init__(
            scope, id_, settings=settings, description="Private HPC clusters on demand"
        )
        registry = Registry(
            self,
            "Registry",
            removal_policy=(
                RemovalPolicy.RETAIN if settings.storage.keep_data else RemovalPolicy.DESTROY
            ),
        )
        templates = ClusterTemplates(
            self, "Templates", configuration=configuration, directory=templates_directory
        )
        scripts = NodeScripts(self, "NodeScripts")
        boundary = NodePermissionsBoundary(
            self,
            "NodePermissionsBoundary",
            artifacts=shared_data.artifacts,
            node_scripts=scripts.bucket,
            file_system=shared_data.file_system,
        )
        provider = ClusterProvider(
            self,
            "ClusterProvider",
            runtime=_runtime(settings.provider),
            artifacts=shared_data.artifacts,
            node_scripts=scripts.bucket,
            permissions_boundary=boundary,
            registry=registry,
            log_retention=LOG_RETENTION[settings.log_retention_days],
            query_interval=Duration.seconds(settings.provider.query_interval_seconds),
        )
        reservation = ReservationProvider(self, "Reservation", settings=settings, registry=registry)
        groups = network.security_groups
        service_role = ProjectStacksRole(
            self,
            "ProjectStacksRole",
            file_system=shared_data.file_system,
            vpc=network.vpc,
            shared_security_groups=groups.all(),
            lustre_security_group=groups.lustre,
            service_tokens=[provider.service_token, reservation.service_token],
        )
        reconciler = Reconciler(
            self,
            "Reconciler",
            settings=settings,
            access=access,
            registry=registry,
            cluster_provider=provider.on_event,
        )
        api = ClusterApi(
            self,
            "Api",
            settings=settings,
            access=access,
            version=version,
            registry=registry,
            templates=templates,
            identities=SharedIdentities(
                cluster_provider_token=provider.service_token,
                reservation_token=reservation.service_token,
                artifacts_bucket=shared_data.artifacts.bucket_name,
                file_system_id=shared_data.file_system.file_system_id,
                permissions_boundary_arn=boundary.managed_policy_arn,
                head_node_security_group_id=groups.head_nodes.security_group_id,
                compute_security_group_id=groups.compute_nodes.security_group_id,
                lustre_security_group_id=groups.lustre.security_group_id,
                node_script_bucket=scripts.location.bucket_name,
                node_script_key=scripts.location.key,
                vpc_id=network.vpc.vpc_id,
            ),
            service_role=service_role,
            secrets_key=shared_data.secrets_key,
            reconciler=reconciler.function,
        )
        StackEvents(self, "StackEvents", settings=settings, registry=registry)
        told = ClusterEvents(self, "ClusterEvents", settings=settings, registry=registry)
        CfnOutput(self, "ApiUrl", value=api.url, description="HPC_API_URL of the API's callers")
        CfnOutput(self, "RegistryTable", value=registry.table_name)
        CfnOutput(
            self, "EventBus", value=told.bus.event_bus_name, description="HPC Cluster State Change"
        )


def _runtime(provider: ProviderSettings) -> ProviderRuntime:
    match provider.runtime:
        case "image":
            return ImageRuntime(_PROVIDER_DIRECTORY)
        case "process":
            return ProcessRuntime(_PROVIDER_DIRECTORY)
