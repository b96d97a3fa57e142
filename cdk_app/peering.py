"""The peering with the Main VPC, and routes for the Workflow Service's subnets only."""

from dataclasses import dataclass
from typing import Self

from aws_cdk import CfnOutput
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from cdk_app.network_plan import NetworkPlan
from cdk_app.network_settings import MainVpcSettings


@dataclass(frozen=True, kw_only=True)
class MainVpc:
    """The VPC that the Workflow Service runs in.

    Attributes:
        vpc_id: of EC2.
        account: its owner, if that is another account.
        accepter_role_arn: who accepts the peering there.
        route_table_ids: of the Workflow Service's subnets; none in another account.
        security_group_id: whose members reach head nodes; everybody in those subnets without it.
    """

    vpc_id: str
    account: str | None = None
    accepter_role_arn: str | None = None
    route_table_ids: tuple[str, ...] = ()
    security_group_id: str | None = None

    @classmethod
    def existing(cls, settings: MainVpcSettings) -> Self:
        """The one that the settings name."""
        tables = (subnet.route_table_id for subnet in settings.workflow_service_subnets)
        return cls(
            vpc_id=str(settings.vpc_id),
            account=settings.account,
            accepter_role_arn=settings.accepter_role_arn,
            route_table_ids=tuple(dict.fromkeys(table for table in tables if table)),
            security_group_id=settings.workflow_service_security_group_id,
        )


class Peering(Construct):
    """The connection, and the routes: on both sides in this account, on ours with another.

    In this account AWS accepts by itself. Elsewhere `accepter_role_arn` accepts, and whoever owns
    the Main VPC adds the routes that the outputs name.

    Attributes:
        connection: rules that name a group of the other VPC need it first.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        vpc: ec2.IVpc,
        main_vpc: MainVpc,
        plan: NetworkPlan,
        clusters_route_table: ec2.CfnRouteTable,
    ) -> None:
        super().__init__(scope, id_)
        self.connection = ec2.CfnVPCPeeringConnection(
            self,
            "Connection",
            vpc_id=vpc.vpc_id,
            peer_vpc_id=main_vpc.vpc_id,
            peer_owner_id=main_vpc.account,
            peer_role_arn=main_vpc.accepter_role_arn,
        )
        for number, range_ in enumerate(plan.workflow_service, start=1):
            ec2.CfnRoute(
                self,
                f"ToWorkflowService{number}",
                route_table_id=clusters_route_table.ref,
                destination_cidr_block=str(range_),
                vpc_peering_connection_id=self.connection.ref,
            )
        if main_vpc.account is None:
            self._route_there(main_vpc, plan)
        else:
            self._say_what_to_add_there(plan)

    def _route_there(self, main_vpc: MainVpc, plan: NetworkPlan) -> None:
        for number, table in enumerate(main_vpc.route_table_ids, start=1):
            ec2.CfnRoute(
                self,
                f"ToClusters{number}",
                route_table_id=table,
                destination_cidr_block=str(plan.clusters),
                vpc_peering_connection_id=self.connection.ref,
            )

    def _say_what_to_add_there(self, plan: NetworkPlan) -> None:
        subnets = ", ".join(map(str, plan.workflow_service))
        CfnOutput(
            self,
            "RoutesToAdd",
            description="To add in the Main VPC's account, or the Workflow Service has no way here",
            value=(
                f"In the route tables of {subnets}: {plan.clusters} through {self.connection.ref}"
            ),
        ).override_logical_id("RoutesToAddInMainVpc")
