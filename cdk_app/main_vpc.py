"""Stands in for the Main VPC where there is none (`local`)."""

from collections.abc import Sequence
from ipaddress import IPv4Network

from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from cdk_app.network_settings import MainVpcSettings
from cdk_app.peering import MainVpc


class MainVpcStandIn(Construct):
    """A VPC with the Workflow Service's subnets, one subnet of somebody else, and a group.

    Attributes:
        main_vpc: as a VPC of another owner would be named.
    """

    def __init__(
        self, scope: Construct, id_: str, *, settings: MainVpcSettings, zones: Sequence[str]
    ) -> None:
        super().__init__(scope, id_)
        self._vpc = ec2.CfnVPC(
            self,
            "Vpc",
            cidr_block=settings.cidr,
            enable_dns_hostnames=True,
            enable_dns_support=True,
        )
        self._zones = zones
        taken = [IPv4Network(subnet.cidr) for subnet in settings.workflow_service_subnets]
        tables = [
            self._subnet(f"WorkflowService{number}", range_, number)
            for number, range_ in enumerate(taken, start=1)
        ]
        self._subnet("Others", _free(IPv4Network(settings.cidr), taken), 0)
        group = ec2.CfnSecurityGroup(
            self,
            "WorkflowService",
            vpc_id=self._vpc.ref,
            group_description="The Workflow Service",
        )
        self.main_vpc = MainVpc(
            vpc_id=self._vpc.ref,
            route_table_ids=tuple(tables),
            security_group_id=group.attr_group_id,
        )

    def _subnet(self, id_: str, range_: IPv4Network, number: int) -> str:
        subnet = ec2.CfnSubnet(
            self,
            f"{id_}Subnet",
            vpc_id=self._vpc.ref,
            cidr_block=str(range_),
            availability_zone=self._zones[number % len(self._zones)],
        )
        table = ec2.CfnRouteTable(self, f"{id_}RouteTable", vpc_id=self._vpc.ref)
        ec2.CfnSubnetRouteTableAssociation(
            self,
            f"{id_}RouteTableAssociation",
            subnet_id=subnet.ref,
            route_table_id=table.ref,
        )
        return table.ref


def _free(whole: IPv4Network, taken: Sequence[IPv4Network]) -> IPv4Network:
    """A range beside those that are taken, as large as the first of them."""
    candidates = whole.subnets(new_prefix=taken[0].prefixlen)
    return next(c for c in candidates if not any(c.overlaps(t) for t in taken))
