"""Stacks `ClusterSubnets1`…: a subnet for each cluster, at most 25 a stack."""

from ipaddress import IPv4Network

from aws_cdk import Tags
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from cdk_app.cluster_acl import AclEntry, cluster_acl
from cdk_app.environment_stack import EnvironmentStack
from cdk_app.network import Network
from cdk_app.settings import Settings

_TCP, _EVERY_PROTOCOL = 6, -1


def launch_path(environment: str) -> str:
    """The SSM path below which the API finds, in one reading, what a launch needs.

    Here the subnets are listed: `<path>/subnets/<zone>/<number of the stack>`.
    """
    return f"/hpc-provisioner/{environment}/launch"


class ClusterSubnets(EnvironmentStack):
    """Some of the cluster subnets, round the zones, each with its ACL; their list for the API.

    A subnet's logical id says its number: a renamed subnet would be a new one, under a running
    cluster. So subnets are added and removed at the end only.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Settings,
        network: Network,
        number: int,
        subnets: list[tuple[int, IPv4Network]],
    ) -> None:
        super().__init__(scope, id_, settings=settings, description="Subnets of clusters")
        plan = settings.network.plan()
        by_zone: dict[str, list[str]] = {}
        for subnet_number, cidr in subnets:
            zone = settings.zones[(subnet_number - 1) % len(settings.zones)]
            subnet = self._subnet(subnet_number, cidr, zone, network)
            self._acl(subnet_number, subnet, cluster_acl(plan, cidr), network)
            by_zone.setdefault(zone, []).append(subnet.ref)
        for zone, ids in by_zone.items():
            ssm.CfnParameter(
                self,
                f"SubnetsOf{zone.replace('-', '').capitalize()}",
                name=f"{launch_path(settings.environment)}/subnets/{zone}/{number}",
                type="StringList",
                value=",".join(ids),
            )

    def _subnet(self, number: int, cidr: IPv4Network, zone: str, network: Network) -> ec2.CfnSubnet:
        subnet = ec2.CfnSubnet(
            self,
            f"Subnet{number:03}",
            vpc_id=network.vpc.vpc_id,
            availability_zone=zone,
            cidr_block=str(cidr),
            map_public_ip_on_launch=False,
        )
        Tags.of(subnet).add("Name", f"cluster-{number:03}")
        ec2.CfnSubnetRouteTableAssociation(
            self,
            f"RouteTableAssociation{number:03}",
            subnet_id=subnet.ref,
            route_table_id=network.clusters_route_table.ref,
        )
        return subnet

    def _acl(
        self, number: int, subnet: ec2.CfnSubnet, entries: list[AclEntry], network: Network
    ) -> None:
        acl = ec2.CfnNetworkAcl(self, f"Acl{number:03}", vpc_id=network.vpc.vpc_id)
        Tags.of(acl).add("Name", f"cluster-{number:03}")
        for entry in entries:
            ec2.CfnNetworkAclEntry(
                self,
                f"Acl{number:03}{entry.id}",
                network_acl_id=acl.ref,
                rule_number=entry.number,
                rule_action="allow" if entry.allow else "deny",
                egress=entry.egress,
                cidr_block=str(entry.peer),
                protocol=_TCP if entry.ports else _EVERY_PROTOCOL,
                port_range=_port_range(entry.ports),
            )
        ec2.CfnSubnetNetworkAclAssociation(
            self,
            f"AclAssociation{number:03}",
            subnet_id=subnet.ref,
            network_acl_id=acl.ref,
        )


def _port_range(
    ports: tuple[int, int] | None,
) -> ec2.CfnNetworkAclEntry.PortRangeProperty | None:
    if ports is None:
        return None
    first, last = ports
    return ec2.CfnNetworkAclEntry.PortRangeProperty(from_=first, to=last)
