"""Stack `Network`: a private VPC without a way to the internet."""

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_logs as logs
from constructs import Construct

from cdk_app.environment_stack import EnvironmentStack
from cdk_app.functions import LOG_RETENTION
from cdk_app.network_plan import Service
from cdk_app.peering import MainVpc, Peering
from cdk_app.planned_addresses import PlannedAddresses
from cdk_app.security_groups import SecurityGroups
from cdk_app.settings import Settings
from cdk_app.way_to_keycloak import WayToKeycloak


class Network(EnvironmentStack):
    """The VPC, its subnets for services, its security groups and the peering.

    Attributes:
        vpc: private; a subnet group for each `Service` in each zone.
        clusters_route_table: of all cluster subnets: gateway endpoints and the Workflow Service.
        security_groups: who may talk to whom.
        way_to_keycloak: in the Main VPC, where the settings say it's there.
    """

    def __init__(
        self, scope: Construct, id_: str, *, settings: Settings, main_vpc: MainVpc | None
    ) -> None:
        super().__init__(
            scope, id_, settings=settings, description="A private VPC without a way to the internet"
        )
        plan = settings.network.plan()
        self.vpc = self._vpc(settings)
        self.clusters_route_table = ec2.CfnRouteTable(
            self, "ClustersRouteTable", vpc_id=self.vpc.vpc_id
        )
        self.security_groups = SecurityGroups(
            self,
            "SecurityGroups",
            vpc=self.vpc,
            prefix_lists=settings.network.gateway_prefix_lists,
        )
        self.way_to_keycloak: WayToKeycloak | None = None
        if main_vpc:
            peering = Peering(
                self,
                "Peering",
                vpc=self.vpc,
                main_vpc=main_vpc,
                plan=plan,
                clusters_route_table=self.clusters_route_table,
            )
            self.security_groups.admit_workflow_service(main_vpc, plan, after=peering.connection)
            self.way_to_keycloak = self._keycloak(settings, peering)

    def _keycloak(self, settings: Settings, peering: Peering) -> WayToKeycloak | None:
        rest = settings.slurm_rest
        if rest is None or not rest.keys.keycloak_subnets:
            return None
        return WayToKeycloak(
            self,
            "Keycloak",
            vpc=self.vpc,
            plan=settings.network.plan(),
            peering=peering.connection,
            subnets=rest.keys.keycloak_subnets,
            port=rest.keycloak_port(),
            s3_prefix_list=settings.network.gateway_prefix_lists.s3,
        )

    def _vpc(self, settings: Settings) -> ec2.Vpc:
        vpc = ec2.Vpc(
            self,
            "Vpc",
            # jsii hands a struct over whole, not as the keywords that its stubs show.
            ip_addresses=PlannedAddresses(settings.network.plan()),  # type: ignore[arg-type]
            availability_zones=list(settings.zones),
            create_internet_gateway=False,
            nat_gateways=0,
            enable_dns_hostnames=True,
            enable_dns_support=True,
            restrict_default_security_group=True,
            subnet_configuration=[
                ec2.SubnetConfiguration(
                    name=service.value, subnet_type=ec2.SubnetType.PRIVATE_ISOLATED
                )
                for service in Service
            ],
        )
        ec2.CfnVPCCidrBlock(
            self, "ClustersRange", vpc_id=vpc.vpc_id, cidr_block=settings.network.clusters_cidr
        )
        rejected = logs.LogGroup(
            self,
            "RejectedTraffic",
            retention=LOG_RETENTION[settings.log_retention_days],
            removal_policy=self.removal,
        )
        vpc.add_flow_log(
            "RejectedTraffic",
            destination=ec2.FlowLogDestination.to_cloud_watch_logs(rejected),
            traffic_type=ec2.FlowLogTrafficType.REJECT,
        )
        return vpc
