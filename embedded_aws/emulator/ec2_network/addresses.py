"""Private addresses of subnets: which are free."""

from ipaddress import IPv4Address, ip_address, ip_network

from ministack.services import ec2

from embedded_aws.emulator.ec2_protocol import Refusal

FIRST_USABLE = 4  # AWS keeps the first four addresses of a subnet, and the last


def free_address(subnet_id: str) -> str:
    """Give the lowest address that nothing in the subnet has."""
    network = ip_network(subnet(subnet_id)["CidrBlock"])
    taken = _taken(subnet_id)
    for offset in range(FIRST_USABLE, network.num_addresses - 1):
        candidate = str(network[offset])
        if candidate not in taken:
            return candidate
    raise Refusal(
        "InsufficientFreeAddressesInSubnet",
        f"The specified subnet does not have enough free addresses: {subnet_id}",
    )


def check_address(subnet_id: str, wanted: str) -> str:
    """Give `wanted` if it's the subnet's and free; refuse otherwise."""
    network = ip_network(subnet(subnet_id)["CidrBlock"])
    address = ip_address(wanted)
    usable = (
        isinstance(address, IPv4Address)
        and address in network
        and FIRST_USABLE <= int(address) - int(network[0]) < network.num_addresses - 1
    )
    if not usable:
        raise Refusal(
            "InvalidParameterValue", f"Address {wanted} does not fall within the subnet's range"
        )
    if wanted in _taken(subnet_id):
        raise Refusal("InvalidIPAddress.InUse", f"Address {wanted} is in use.")
    return wanted


def subnet(subnet_id: str) -> dict[str, str]:
    """Give a subnet's record, or refuse."""
    found: dict[str, str] | None = ec2._subnets.get(subnet_id)
    if found is None:
        raise Refusal("InvalidSubnetID.NotFound", f"The subnet ID '{subnet_id}' does not exist")
    return found


def _taken(subnet_id: str) -> set[str]:
    interfaces = {
        interface["PrivateIpAddress"]
        for interface in ec2._network_interfaces.values()
        if interface["SubnetId"] == subnet_id
    }
    instances = {
        instance["PrivateIpAddress"]
        for instance in ec2._instances.values()
        if instance["SubnetId"] == subnet_id and instance["State"]["Name"] != "terminated"
    }
    return interfaces | instances
