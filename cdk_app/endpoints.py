"""Stack `Endpoints`: the only ways out of the private VPC, each to one service of AWS."""

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from constructs import Construct

from cdk_app.endpoint_policies import Buckets, dynamodb_policy, interface_policy, s3_policy
from cdk_app.endpoint_services import interface_services
from cdk_app.environment_stack import EnvironmentStack
from cdk_app.network import Network
from cdk_app.network_plan import Service
from cdk_app.settings import Settings


class Endpoints(EnvironmentStack):
    """Gateways for S3 and DynamoDB, interfaces for what a cluster calls without internet.

    A stack of its own: the policy of S3 names buckets that stand on the network themselves.
    Interfaces cost by the zone and hour, so they are in the zones that have cluster subnets.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Settings,
        network: Network,
        buckets: Buckets,
    ) -> None:
        super().__init__(scope, id_, settings=settings, description="Ways to services of AWS")
        clusters = network.clusters_route_table.ref
        # Of our functions in the VPC one calls S3, and none DynamoDB.
        keycloak = network.way_to_keycloak
        to_s3 = [clusters, *(keycloak.route_tables if keycloak else ())]
        self._gateway(network, "S3", "s3", s3_policy(self, buckets), to_s3)
        self._gateway(network, "DynamoDb", "dynamodb", dynamodb_policy(self), [clusters])
        zones = settings.network.plan().zones_in_use(settings.zones)
        offered = interface_services(session_manager=settings.network.session_manager)
        for name, service in offered.items():
            self._interface(network, name, service, zones)

    def _gateway(
        self,
        network: Network,
        id_: str,
        service: str,
        policy: list[iam.PolicyStatement],
        route_tables: list[str],
    ) -> None:
        ec2.CfnVPCEndpoint(
            self,
            id_,
            vpc_id=network.vpc.vpc_id,
            service_name=f"com.amazonaws.{self.region}.{service}",
            vpc_endpoint_type="Gateway",
            route_table_ids=route_tables,
            policy_document=iam.PolicyDocument(statements=policy),
        )

    def _interface(self, network: Network, id_: str, service: str, zones: list[str]) -> None:
        subnets = network.vpc.select_subnets(
            subnet_group_name=Service.ENDPOINTS.value, availability_zones=zones
        )
        ec2.CfnVPCEndpoint(
            self,
            id_,
            vpc_id=network.vpc.vpc_id,
            service_name=f"com.amazonaws.{self.region}.{service}",
            vpc_endpoint_type="Interface",
            private_dns_enabled=True,
            subnet_ids=subnets.subnet_ids,
            security_group_ids=[network.security_groups.endpoints.security_group_id],
            policy_document=iam.PolicyDocument(statements=interface_policy(self, service)),
        )
