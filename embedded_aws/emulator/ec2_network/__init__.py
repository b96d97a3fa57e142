"""VPCs, their subnets and what hangs on them.

ministack 1.5.33 refuses AWS::EC2::{VPCCidrBlock, NetworkAcl, NetworkAclEntry, FlowLog, NatGateway,
SubnetNetworkAclAssociation, VPCPeeringConnection, PlacementGroup, NetworkInterface, PrefixList,
EIP}. It leaves out attributes of VPCs, subnets and endpoints; the ports of an ACL's entries and
which subnet has which ACL; an endpoint's policy, interfaces and names; most filters; and takes
addresses outside the subnet and subnets outside the VPC. Ours are real in its EC2: describe
actions show them.
"""

from embedded_aws.emulator.ec2_network import (
    elastic_addresses,
    endpoints,
    flow_logs,
    nat_gateways,
    network_acl_types,
    network_acls,
    network_interface_type,
    network_interfaces,
    peering,
    placement_groups,
    prefix_lists,
    vpc_cidr_blocks,
    vpcs,
)


def install() -> None:
    """Install every part; each says what it is for."""
    vpcs.install()
    vpc_cidr_blocks.install()
    network_acls.install()
    network_acl_types.install()
    network_interfaces.install()
    network_interface_type.install()
    endpoints.install()
    peering.install()
    flow_logs.install()
    nat_gateways.install()
    placement_groups.install()
    prefix_lists.install()
    elastic_addresses.install()
