"""The way to Keycloak in the Main VPC, for the function that fetches a realm's keys alone."""

from collections.abc import Sequence

from aws_cdk import CfnOutput, Fn
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from cdk_app.cluster_acl import HTTPS
from cdk_app.network_plan import NetworkPlan, Service
from cdk_app.realm_keys_settings import KeycloakSubnet
from hpc_constructs import ClosedSecurityGroup


class WayToKeycloak(Construct):
    """Routes from the functions' subnets to Keycloak's and back, and a group that may take them.

    Attributes:
        security_group: reaches Keycloak and S3, and is reached by nobody.
        route_tables: of the functions' subnets, which lead to Keycloak, and must to S3.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        vpc: ec2.Vpc,
        plan: NetworkPlan,
        peering: ec2.CfnVPCPeeringConnection,
        subnets: Sequence[KeycloakSubnet],
        port: int,
        s3_prefix_list: str,
    ) -> None:
        super().__init__(scope, id_)
        self._peering = peering
        self._ranges = list(dict.fromkeys(subnet.cidr for subnet in subnets))
        self.security_group = ClosedSecurityGroup(
            self, "Function", vpc=vpc, description="Publishes the keys of a realm"
        )
        for number, range_ in enumerate(self._ranges, start=1):
            ec2.CfnSecurityGroupEgress(
                self,
                f"Function{number}",
                group_id=self.security_group.security_group_id,
                ip_protocol="tcp",
                from_port=port,
                to_port=port,
                cidr_ip=range_,
                description="It asks Keycloak for them",
            )
        self.security_group.add_egress_rule(
            ec2.Peer.prefix_list(s3_prefix_list), ec2.Port.tcp(HTTPS), "It publishes them in S3"
        )
        functions = vpc.select_subnets(subnet_group_name=Service.FUNCTIONS.value).subnets
        self.route_tables = tuple(subnet.route_table.route_table_id for subnet in functions)
        self._route_to_keycloak()
        self._route_back(subnets, plan)

    def _route_to_keycloak(self) -> None:
        for zone, table in enumerate(self.route_tables, start=1):
            for number, range_ in enumerate(self._ranges, start=1):
                ec2.CfnRoute(
                    self,
                    f"To{number}FromZone{zone}",
                    route_table_id=table,
                    destination_cidr_block=range_,
                    vpc_peering_connection_id=self._peering.ref,
                )

    def _route_back(self, subnets: Sequence[KeycloakSubnet], plan: NetworkPlan) -> None:
        """In this account's tables; in another's by their owner, who is told what to add."""
        functions = str(plan.block(Service.FUNCTIONS))
        tables = dict.fromkeys(it.route_table_id for it in subnets if it.route_table_id)
        for number, table in enumerate(tables, start=1):
            ec2.CfnRoute(
                self,
                f"Back{number}",
                route_table_id=table,
                destination_cidr_block=functions,
                vpc_peering_connection_id=self._peering.ref,
            )
        if not tables:
            CfnOutput(
                self,
                "RoutesToAdd",
                description="To add in the Main VPC's account, or no realm's keys come",
                value=Fn.join(
                    "",
                    [
                        f"In the route tables of {', '.join(self._ranges)}: {functions} through ",
                        self._peering.ref,
                    ],
                ),
            ).override_logical_id("RoutesToAddForKeycloak")
