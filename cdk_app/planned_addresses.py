"""CDK's VPC takes the ranges that the plan gives, instead of cutting its own."""

import jsii
from aws_cdk import aws_ec2 as ec2

from cdk_app.network_plan import NetworkPlan, Service


@jsii.implements(ec2.IIpAddresses)
class PlannedAddresses:
    """The addresses of the VPC's service subnets, in CDK's words."""

    def __init__(self, plan: NetworkPlan) -> None:
        self._plan = plan

    @jsii.member(jsii_name="allocateVpcCidr")
    def allocate_vpc_cidr(self) -> ec2.VpcIpamOptions:
        """The VPC's own range."""
        return ec2.VpcIpamOptions(cidr_block=str(self._plan.services))

    @jsii.member(jsii_name="allocateSubnetsCidr")
    def allocate_subnets_cidr(self, asked: ec2.AllocateCidrRequest) -> ec2.SubnetIpamOptions:
        """Each subnet's range: its group is named as the service, its zones come in order."""
        zones: dict[str, int] = {}
        allocated = []
        for subnet in asked.requested_subnets:
            name = subnet.configuration.name
            zone = zones.setdefault(name, 0)
            zones[name] += 1
            range_ = self._plan.service_subnet(Service(name), zone)
            allocated.append(ec2.AllocatedSubnet(cidr=str(range_)))
        return ec2.SubnetIpamOptions(allocated_subnets=allocated)
