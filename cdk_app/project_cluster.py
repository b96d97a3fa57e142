"""Stack `ProjectCluster`: what the API launches for a project; rendered here, never deployed.

One template a tier and storage kind, with no condition inside: what is launched is what was
reviewed, tested and published. Identities are parameters, and the size of Lustre, whose default is
the tier's, and whether it is for a benchmark: a word in a tag and in what nodes are told.
"""

from enum import StrEnum

from aws_cdk import BootstraplessSynthesizer, CustomResource, Stack, Tags
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from cdk_app.environment_stack import BILLING_TAG
from cdk_app.key_permissions import keys_of_others
from cdk_app.project_accounting import ProjectAccounting
from cdk_app.project_data import (
    BENCHMARK_TAG,
    PROJECT_TAG,
    VLAB_TAG,
    LinkedData,
    mounted_buckets,
    mounted_for_benchmarks,
)
from cdk_app.project_parameters import project_parameters
from cdk_app.settings import Settings
from cdk_app.slurm_rest_settings import REALM_KEYS
from hpc_constructs import (
    JOB_RECORDS,
    ClusterKeys,
    ClusterNetwork,
    ClusterStorage,
    HomeDirectory,
    NodeScriptLocation,
    NodeSecurityGroup,
    ParallelCluster,
    RegistryEntry,
    SlurmRestApi,
    Tier,
)

# On a cluster's own security group; its value is the cluster's name.
CLUSTER_TAG = "hpc:cluster"


class StorageKind(StrEnum):
    """What is mounted at `/obi/data`."""

    LUSTRE = "lustre"
    PLAIN = "plain"


class ProjectCluster(Stack):
    """A project's cluster: the reservation first, and it goes last."""

    def __init__(
        self, scope: Construct, id_: str, *, settings: Settings, tier: Tier, storage: StorageKind
    ) -> None:
        super().__init__(
            scope,
            id_,
            synthesizer=BootstraplessSynthesizer(),
            description=f"HPC cluster of a project: tier {tier.name}, storage {storage}",
        )
        self._settings = settings
        self._values = project_parameters(self, settings=settings, lustre=tier.lustre)
        self._data_key = kms.Key.from_key_arn(self, "DataKey", self._values["DataKeyArn"])
        network = self._network()
        reservation = self._reservation()
        home = HomeDirectory(
            self,
            "Home",
            file_system_id=self._values["FileSystemId"],
            directory=f"/{self._values['ClusterName']}",
        )
        linked = self._linked_data(network) if storage is StorageKind.LUSTRE else None
        accounting = self._accounting() if settings.accounting else None
        cluster = self._cluster(tier, network, self._storage(home, linked), accounting)
        if linked:
            cluster.cluster.node.add_dependency(linked.guard)
        if accounting:
            cluster.cluster.node.add_dependency(accounting)
        for part in (network.node_security_group, home, linked, accounting, cluster):
            if part is not None:
                part.node.add_dependency(reservation)

    def _reservation(self) -> CustomResource:
        """Holds the subnet and the keys, and lets go of them when all else is gone."""
        names = ("VlabId", "ProjectId", "Creation", "SubnetId")
        return CustomResource(
            self,
            "Reservation",
            service_token=self._values["ReservationToken"],
            resource_type="Custom::Reservation",
            properties={name: self._values[name] for name in names},
        )

    def _network(self) -> ClusterNetwork:
        vpc = ec2.Vpc.from_vpc_attributes(
            self,
            "Vpc",
            vpc_id=self._values["VpcId"],
            availability_zones=list(self._settings.zones),
        )
        nodes = NodeSecurityGroup(self, "Nodes", vpc=vpc)
        Tags.of(nodes).add(CLUSTER_TAG, self._values["ClusterName"])
        return ClusterNetwork(
            subnet=ec2.Subnet.from_subnet_id(self, "Subnet", self._values["SubnetId"]),
            node_security_group=nodes,
            head_node_security_group=self._security_group("HeadNode"),
            compute_security_group=self._security_group("Compute"),
        )

    def _linked_data(self, network: ClusterNetwork) -> LinkedData:
        return LinkedData(
            self,
            "Data",
            values=self._values,
            awaited=self._settings.storage.awaited_imports,
            subnet=network.subnet,
            security_group=self._security_group("Lustre"),
            key=self._data_key,
        )

    def _storage(self, home: HomeDirectory, linked: LinkedData | None) -> ClusterStorage:
        return ClusterStorage(
            home=home,
            lustre=linked.file_system if linked else None,
            buckets=(
                *(() if linked else mounted_buckets(self._values)),
                mounted_for_benchmarks(self._values["ScratchBucket"]),
            ),
            artifacts=s3.Bucket.from_bucket_name(
                self, "Artifacts", self._values["ArtifactsBucket"]
            ),
            bucket_keys=(self._data_key, *keys_of_others(self, self._settings.storage)),
        )

    def _rest_api(self) -> SlurmRestApi | None:
        settings, values = self._settings.slurm_rest, self._values
        if settings is None:
            return None
        return SlurmRestApi(
            issuer=settings.issuer,
            audience=settings.audience,
            admits=settings.admits_to(vlab_id=values["VlabId"], project_id=values["ProjectId"]),
            claim=settings.claim,
            keys_bucket_name=values["ArtifactsBucket"],
            keys_key=REALM_KEYS,
            fallback_user=settings.fallback_user,
        )

    def _accounting(self) -> ProjectAccounting:
        return ProjectAccounting(self, "Accounting", values=self._values, key=self._data_key)

    def _cluster(
        self,
        tier: Tier,
        network: ClusterNetwork,
        storage: ClusterStorage,
        accounting: ProjectAccounting | None,
    ) -> ParallelCluster:
        values = self._values
        return ParallelCluster(
            self,
            "ParallelCluster",
            service_token=values["ClusterProviderToken"],
            cluster_name=values["ClusterName"],
            tier=tier,
            network=network,
            storage=storage,
            keys=ClusterKeys(
                admin_key_name=values["AdminKeyName"],
                user_public_key=values["SimPublicKey"],
                more_users=values["MoreUsers"],
            ),
            node_script=NodeScriptLocation(
                bucket_name=values["NodeScriptBucket"], key=values["NodeScriptKey"]
            ),
            accounting=accounting.slurm if accounting else None,
            rest_api=self._rest_api(),
            permissions_boundary=iam.ManagedPolicy.from_managed_policy_arn(
                self, "Boundary", values["PermissionsBoundaryArn"]
            ),
            # A retained log group's name can't be had again: each creation has its own.
            job_log_group_name=f"{JOB_RECORDS}/{values['ClusterName']}-{values['Creation']}",
            job_log_key=kms.Key.from_key_arn(self, "RecordsKey", values["RecordsKeyArn"]),
            log_retention_days=self._settings.log_retention_days,
            tags={
                VLAB_TAG: values["VlabId"],
                PROJECT_TAG: values["ProjectId"],
                **BILLING_TAG,
                BENCHMARK_TAG: values["Benchmark"],
            },
            detailed_monitoring=values["Benchmark"],
            suppressed_validators=tuple(
                f"type:{name}" for name in self._settings.provider.suppressed_validators
            ),
            registry_entry=RegistryEntry(
                id=f"{values['VlabId']}/{values['ProjectId']}", creation=values["Creation"]
            ),
            session_manager=self._settings.network.session_manager,
        )

    def _security_group(self, of: str) -> ec2.ISecurityGroup:
        return ec2.SecurityGroup.from_security_group_id(
            self, f"{of}SecurityGroup", self._values[f"{of}SecurityGroupId"], mutable=False
        )
