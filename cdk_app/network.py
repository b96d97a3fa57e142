"""Stack `Network`: a private VPC without a way to the internet."""

from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from cdk_app.environment_stack import EnvironmentStack
from cdk_app.security_groups import SecurityGroups
from cdk_app.settings import Settings

# What a ParallelCluster needs offline (user guide, "AWS ParallelCluster in a single subnet with no
# internet access"), and monitoring for what the CloudWatch agent on the head node sends.
_INTERFACES = {
    "Ec2": ec2.InterfaceVpcEndpointAwsService.EC2,
    "CloudFormation": ec2.InterfaceVpcEndpointAwsService.CLOUDFORMATION,
    "Logs": ec2.InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS,
    "Monitoring": ec2.InterfaceVpcEndpointAwsService.CLOUDWATCH_MONITORING,
    "SecretsManager": ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
}


class Network(EnvironmentStack):
    """The VPC, its subnets for services, its endpoints and security groups.

    Attributes:
        vpc: private; subnet groups `Endpoints`, `Database`, `Storage` and `Functions` in each zone.
        clusters_route_table: of all cluster subnets: nothing but the gateway endpoints.
        security_groups: who may talk to whom.
    """

    def __init__(self, scope: Construct, id_: str, *, settings: Settings) -> None:
        super().__init__(
            scope, id_, settings=settings, description="A private VPC without a way to the internet"
        )
        self.vpc = self._vpc(settings)
        self.clusters_route_table = ec2.CfnRouteTable(
            self, "ClustersRouteTable", vpc_id=self.vpc.vpc_id
        )
        self.security_groups = SecurityGroups(
            self, "SecurityGroups", vpc=self.vpc, network=settings.network
        )
        self._gateway_endpoints()
        self._interface_endpoints()

    def _vpc(self, settings: Settings) -> ec2.Vpc:
        vpc = ec2.Vpc(
            self,
            "Vpc",
            ip_addresses=ec2.IpAddresses.cidr(settings.network.services_cidr),
            availability_zones=list(settings.zones),
            create_internet_gateway=False,
            nat_gateways=0,
            enable_dns_hostnames=True,
            enable_dns_support=True,
            subnet_configuration=[
                ec2.SubnetConfiguration(
                    name=name, subnet_type=ec2.SubnetType.PRIVATE_ISOLATED, cidr_mask=26
                )
                for name in ("Endpoints", "Database", "Storage", "Functions")
            ],
        )
        ec2.CfnVPCCidrBlock(
            self, "ClustersRange", vpc_id=vpc.vpc_id, cidr_block=settings.network.clusters_cidr
        )
        vpc.add_flow_log(
            "RejectedTraffic",
            destination=ec2.FlowLogDestination.to_cloud_watch_logs(),
            traffic_type=ec2.FlowLogTrafficType.REJECT,
        )
        return vpc

    def _gateway_endpoints(self) -> None:
        functions = self.vpc.select_subnets(subnet_group_name="Functions")
        route_tables = [
            self.clusters_route_table.ref,
            *(subnet.route_table.route_table_id for subnet in functions.subnets),
        ]
        for id_, service in (("S3", "s3"), ("DynamoDb", "dynamodb")):
            ec2.CfnVPCEndpoint(
                self,
                id_,
                vpc_id=self.vpc.vpc_id,
                service_name=f"com.amazonaws.{self.region}.{service}",
                vpc_endpoint_type="Gateway",
                route_table_ids=route_tables,
            )

    def _interface_endpoints(self) -> None:
        for id_, service in _INTERFACES.items():
            ec2.InterfaceVpcEndpoint(
                self,
                id_,
                vpc=self.vpc,
                service=service,
                subnets=ec2.SubnetSelection(subnet_group_name="Endpoints"),
                security_groups=[self.security_groups.endpoints],
                private_dns_enabled=True,
                # The group says who may come, more closely than the VPC's first range.
                open=False,
            )
