"""Stack `Provisioner`: the API, the registry, the published templates and what they stand on."""

from pathlib import Path

from aws_cdk import CfnOutput, Duration
from constructs import Construct

from cdk_app.accounting_database import AccountingDatabase
from cdk_app.accounting_provider import AccountingProvider
from cdk_app.api import ClusterApi
from cdk_app.api_access import ApiAccess
from cdk_app.cluster_events import ClusterEvents
from cdk_app.cluster_templates import ClusterTemplates
from cdk_app.configuration_files import Configuration
from cdk_app.data_buckets import DataBuckets
from cdk_app.dead_letters import DeadLetters
from cdk_app.deletion_workflow import DeletionWorkflow
from cdk_app.directory_retention import DirectoryRetention
from cdk_app.environment_stack import EnvironmentStack
from cdk_app.functions import LOG_RETENTION
from cdk_app.key_permissions import encrypt_projects_stacks, keys_of_others, write_registry
from cdk_app.keys import Keys
from cdk_app.metadata_import import MetadataImportProvider
from cdk_app.network import Network
from cdk_app.project_data import mounted_by_any_cluster
from cdk_app.project_parameters import SharedIdentities
from cdk_app.provider_runtime import provider_runtime
from cdk_app.realm_keys import RealmKeys
from cdk_app.reconciler import Reconciler
from cdk_app.registry import Registry
from cdk_app.reservation import ReservationProvider
from cdk_app.saved_queries import SavedQueries
from cdk_app.scratch_guard import ScratchGuardProvider
from cdk_app.service_role import ProjectStacksRole
from cdk_app.settings import Settings
from cdk_app.shared_data import SharedData
from cdk_app.slurm_rest_settings import REALM_KEYS
from cdk_app.stack_events import StackEvents
from hpc_constructs import (
    ClusterProvider,
    NodePermissionsBoundary,
    NodeScripts,
)


class Provisioner(EnvironmentStack):
    """What makes clusters on demand.

    Attributes:
        dead_letters: what nobody waited for and failed.
        deletions: the state machine of deletions.
        function_logs: of the functions that every environment has.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        configuration: Configuration,
        access: ApiAccess,
        version: str,
        templates_directory: Path,
        keys: Keys,
        network: Network,
        shared_data: SharedData,
        data_buckets: DataBuckets,
    ) -> None:
        settings = configuration.settings
        super().__init__(
            scope, id_, settings=settings, description="Private HPC clusters on demand"
        )
        self.dead_letters = dead_letters = DeadLetters(self, "DeadLetters")
        registry = Registry(self, "Registry", key=keys.records, removal_policy=self.removal)
        templates = ClusterTemplates(
            self, "Templates", configuration=configuration, directory=templates_directory
        )
        SavedQueries(self, "SavedQueries")
        scripts = NodeScripts(self, "NodeScripts", packages=settings.storage.node_packages)
        bucket_keys = (keys.data, *keys_of_others(self, settings.storage))
        boundary = NodePermissionsBoundary(
            self,
            "NodePermissionsBoundary",
            artifacts=shared_data.artifacts,
            node_scripts=scripts.bucket,
            file_system=shared_data.file_system,
            bucket_keys=bucket_keys,
            mounts=mounted_by_any_cluster(data_buckets),
            objects=(
                [shared_data.artifacts.arn_for_objects(REALM_KEYS)] if settings.slurm_rest else []
            ),
            session_manager=settings.network.session_manager,
        )
        provider = ClusterProvider(
            self,
            "ClusterProvider",
            runtime=provider_runtime(self, settings.provider, version),
            artifacts=shared_data.artifacts,
            node_scripts=scripts.bucket,
            permissions_boundary=boundary,
            registry=registry,
            rest_api=settings.slurm_rest is not None,
            log_retention=LOG_RETENTION[settings.log_retention_days],
            query_interval=Duration.seconds(settings.provider.query_interval_seconds),
            dead_letters=dead_letters.queue,
        )
        # The reconciler and the workflow have it delete clusters, and don't wait.
        dead_letters.take_from(provider.on_event)
        for function in (provider.on_event, provider.is_complete):
            function.add_to_role_policy(write_registry(registry.key))
        reservation = ReservationProvider(
            self, "Reservation", settings=settings, dead_letters=dead_letters, registry=registry
        )
        guard = ScratchGuardProvider(
            self,
            "ScratchGuard",
            settings=settings,
            dead_letters=dead_letters,
            registry=registry,
            scratch=shared_data.scratch,
            bucket_keys=bucket_keys,
        )
        metadata_import = MetadataImportProvider(
            self,
            "MetadataImport",
            settings=settings,
            dead_letters=dead_letters,
            registry=registry,
            scratch=shared_data.scratch,
        )
        accounting = self._accounting(settings, dead_letters, keys, network, shared_data.accounting)
        workflow = DeletionWorkflow(
            self,
            "Deletions",
            settings=settings,
            registry=registry,
            scratch=shared_data.scratch,
            bucket_keys=bucket_keys,
            cluster_provider=provider.on_event,
        )
        self.deletions = deletions = workflow.state_machine
        groups, database = network.security_groups, shared_data.accounting
        service_role = ProjectStacksRole(
            self,
            "ProjectStacksRole",
            file_system=shared_data.file_system,
            vpc=network.vpc,
            data_buckets=data_buckets.names(),
            shared_security_groups=groups.all(),
            service_tokens=[
                provider.service_token,
                reservation.service_token,
                guard.service_token,
                metadata_import.service_token,
                *([accounting.service_token] if accounting else []),
            ],
        )
        for statement in encrypt_projects_stacks(self, keys.data):
            service_role.add_to_policy(statement)
        if accounting:
            accounting.serve(stacks=service_role, cluster_provider=provider.on_event)
        reconciler = Reconciler(
            self,
            "Reconciler",
            settings=settings,
            dead_letters=dead_letters,
            access=access,
            registry=registry,
            scratch=shared_data.scratch,
            cluster_provider=provider.on_event,
            deletions=deletions,
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
                scratch_guard_token=guard.service_token,
                metadata_import_token=metadata_import.service_token,
                artifacts_bucket=shared_data.artifacts.bucket_name,
                scratch_bucket=data_buckets.scratch,
                public_bucket=data_buckets.public,
                project_bucket=data_buckets.project,
                containers_bucket=data_buckets.containers,
                accounting_database_token=accounting.service_token if accounting else None,
                database_host=database.host if database else None,
                database_port=database.port if database else None,
                file_system_id=shared_data.file_system.file_system_id,
                permissions_boundary_arn=boundary.managed_policy_arn,
                head_node_security_group_id=groups.head_nodes.security_group_id,
                compute_security_group_id=groups.compute_nodes.security_group_id,
                lustre_security_group_id=groups.lustre.security_group_id,
                node_script_bucket=scripts.location.bucket_name,
                node_script_key=scripts.location.key,
                vpc_id=network.vpc.vpc_id,
                data_key_arn=keys.data.key_arn,
                records_key_arn=keys.records.key_arn,
            ),
            service_role=service_role,
            secrets_key=keys.secrets,
            reconciler=reconciler.function,
            deletions=deletions,
        )
        listener = StackEvents(
            self,
            "StackEvents",
            settings=settings,
            dead_letters=dead_letters,
            registry=registry,
            deletions=deletions,
        )
        told = ClusterEvents(
            self, "ClusterEvents", settings=settings, dead_letters=dead_letters, registry=registry
        )
        if settings.storage.directory_keep_days is not None:
            DirectoryRetention(
                self,
                "DirectoryRetention",
                settings=settings,
                dead_letters=dead_letters,
                keep_days=settings.storage.directory_keep_days,
                registry=registry,
                network=network,
                file_system=shared_data.file_system,
            )
        if settings.slurm_rest:
            RealmKeys(
                self,
                "RealmKeys",
                settings=settings,
                dead_letters=dead_letters,
                slurm_rest=settings.slurm_rest,
                network=network,
                artifacts=shared_data.artifacts,
                artifacts_key=keys.data,
            )
        self.function_logs = [
            function.log_group
            for function in (
                api.function,
                # Its other function writes the same log.
                provider.on_event,
                reservation.function,
                guard.function,
                metadata_import.on_event,
                metadata_import.is_complete,
                listener.function,
                told.function,
                reconciler.function,
                workflow.function,
            )
        ]
        CfnOutput(self, "ApiUrl", value=api.url, description="HPC_API_URL of the API's callers")
        CfnOutput(self, "RegistryTable", value=registry.table_name)
        CfnOutput(
            self, "EventBus", value=told.bus.event_bus_name, description="HPC Cluster State Change"
        )

    def _accounting(
        self,
        settings: Settings,
        dead_letters: DeadLetters,
        keys: Keys,
        network: Network,
        database: AccountingDatabase | None,
    ) -> AccountingProvider | None:
        if database is None:
            return None
        provider = AccountingProvider(
            self,
            "Accounting",
            settings=settings,
            dead_letters=dead_letters,
            network=network,
            database=database,
            data_key=keys.data,
        )
        CfnOutput(
            self,
            "UsageFunction",
            value=provider.usage.function_name,
            description="Tells what projects have used: python -m tools.usage",
        )
        return provider
