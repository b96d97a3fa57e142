"""Stack `ProjectCluster`: what the API launches for a project; rendered here, never deployed.

One template a tier and storage kind, with no condition inside: what is launched is what was
reviewed, tested and published. Identities are parameters; sizes are the tier's.
"""

from dataclasses import dataclass
from enum import StrEnum

from aws_cdk import BootstraplessSynthesizer, CfnParameter, CustomResource, Stack, Tags
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from cdk_app.environment_stack import BILLING_TAG
from cdk_app.settings import Settings
from hpc_constructs import (
    ClusterKeys,
    ClusterNetwork,
    ClusterStorage,
    HomeDirectory,
    NodeScriptLocation,
    NodeSecurityGroup,
    ParallelCluster,
    RegistryEntry,
    ScratchFileSystem,
    Tier,
)

# On a cluster's own security group; its value is the cluster's name.
CLUSTER_TAG = "hpc:cluster"
VLAB_TAG, PROJECT_TAG = "obp:costcenter:vlabid", "obp:costcenter:project"

_ID = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
_ARN = "arn:[a-z-]+:{service}:[a-z0-9-]*:[0-9]{{12}}:[A-Za-z0-9:/_.-]+"

# Each with a pattern: what is spliced into the configuration can't break out of its string.
_PARAMETERS = {
    # of the cluster
    "ClusterName": "pcluster-[a-z0-9-]{1,31}",
    "VlabId": _ID,
    "ProjectId": _ID,
    "Creation": "[0-9a-f]{8}",
    "SubnetId": "subnet-[0-9a-z]+",
    "AdminKeyName": "[A-Za-z0-9-]{1,255}",
    "SimPublicKey": "ssh-ed25519 [A-Za-z0-9+/=]+",
    # of the environment: SharedIdentities
    "ClusterProviderToken": _ARN.format(service="lambda"),
    "ReservationToken": _ARN.format(service="lambda"),
    "ArtifactsBucket": "[a-z0-9.-]{3,63}",
    "FileSystemId": "fs-[0-9a-z]+",
    "PermissionsBoundaryArn": _ARN.format(service="iam"),
    "HeadNodeSecurityGroupId": "sg-[0-9a-z]+",
    "ComputeSecurityGroupId": "sg-[0-9a-z]+",
    "LustreSecurityGroupId": "sg-[0-9a-z]+",
    "NodeScriptBucket": "[a-z0-9.-]{3,63}",
    "NodeScriptKey": "[A-Za-z0-9/._-]+",
    "VpcId": "vpc-[0-9a-z]+",
}


class StorageKind(StrEnum):
    """What is mounted at `/obi/data`."""

    LUSTRE = "lustre"
    PLAIN = "plain"


@dataclass(frozen=True, kw_only=True)
class SharedIdentities:
    """The environment's things that every cluster uses; tokens of the stack that publishes.

    The names of the fields, in PascalCase, are the names of the template's parameters.
    """

    cluster_provider_token: str
    reservation_token: str
    artifacts_bucket: str
    file_system_id: str
    permissions_boundary_arn: str
    head_node_security_group_id: str
    compute_security_group_id: str
    lustre_security_group_id: str
    node_script_bucket: str
    node_script_key: str
    vpc_id: str

    def parameters(self) -> dict[str, str]:
        """The template's parameters that are the same for every cluster."""
        return {
            "".join(part.capitalize() for part in name.split("_")): value
            for name, value in vars(self).items()
        }


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
        self._values = {
            name: CfnParameter(self, name, allowed_pattern=f"^{pattern}$").value_as_string
            for name, pattern in _PARAMETERS.items()
        }
        network = self._network()
        reservation = self._reservation()
        file_systems = self._storage(tier, storage, network)
        cluster = self._cluster(tier, network, file_systems)
        for part in (network.node_security_group, file_systems.home, file_systems.lustre, cluster):
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

    def _storage(self, tier: Tier, kind: StorageKind, network: ClusterNetwork) -> ClusterStorage:
        values = self._values
        lustre = None
        if kind is StorageKind.LUSTRE:
            lustre = ScratchFileSystem(
                self,
                "Scratch",
                size=tier.lustre,
                subnet=network.subnet,
                security_group=self._security_group("Lustre"),
            )
        return ClusterStorage(
            home=HomeDirectory(
                self,
                "Home",
                file_system_id=values["FileSystemId"],
                directory=f"/{values['ClusterName']}",
            ),
            lustre=lustre,
            artifacts=s3.Bucket.from_bucket_name(self, "Artifacts", values["ArtifactsBucket"]),
        )

    def _cluster(
        self, tier: Tier, network: ClusterNetwork, storage: ClusterStorage
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
                admin_key_name=values["AdminKeyName"], user_public_key=values["SimPublicKey"]
            ),
            node_script=NodeScriptLocation(
                bucket_name=values["NodeScriptBucket"], key=values["NodeScriptKey"]
            ),
            permissions_boundary=iam.ManagedPolicy.from_managed_policy_arn(
                self, "Boundary", values["PermissionsBoundaryArn"]
            ),
            # A retained log group's name can't be had again: each creation has its own.
            job_log_group_name=f"/hpc/jobs/{values['ClusterName']}-{values['Creation']}",
            log_retention_days=self._settings.log_retention_days,
            tags={
                VLAB_TAG: values["VlabId"],
                PROJECT_TAG: values["ProjectId"],
                **BILLING_TAG,
            },
            suppressed_validators=tuple(
                f"type:{name}" for name in self._settings.provider.suppressed_validators
            ),
            registry_entry=RegistryEntry(
                id=f"{values['VlabId']}/{values['ProjectId']}", creation=values["Creation"]
            ),
        )

    def _security_group(self, of: str) -> ec2.ISecurityGroup:
        return ec2.SecurityGroup.from_security_group_id(
            self, f"{of}SecurityGroup", self._values[f"{of}SecurityGroupId"], mutable=False
        )
