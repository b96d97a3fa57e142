"""What else keeps the VPC closed, written by hand, and where it differs."""

from collections.abc import Iterator
from ipaddress import IPv4Network

from network_facts import AclEntry, NetworkFacts
from network_world import NetworkWorld

WAYS_OUT = (
    "AWS::EC2::InternetGateway",
    "AWS::EC2::EgressOnlyInternetGateway",
    "AWS::EC2::NatGateway",
    "AWS::EC2::TransitGatewayAttachment",
    "AWS::EC2::VPNGateway",
    "AWS::EC2::EIP",
)

# (outwards, number, allows, range, protocol, ports); `self` is the subnet.
ACL: tuple[tuple[bool, int, bool, str, str, tuple[int, int] | None], ...] = (
    (False, 100, True, "self", "-1", None),
    (False, 110, False, "10.33.0.0/16", "-1", None),
    (False, 201, True, "10.16.0.0/24", "tcp", (22, 22)),
    (False, 221, True, "10.16.0.0/24", "tcp", (8082, 8082)),
    (False, 300, True, "0.0.0.0/0", "tcp", (32768, 65535)),
    (True, 100, True, "self", "-1", None),
    (True, 110, False, "10.33.0.0/16", "-1", None),
    (True, 200, True, "10.16.0.0/16", "tcp", (1024, 65535)),
    (True, 300, True, "10.32.4.0/22", "tcp", (3306, 3306)),
    (True, 310, True, "10.32.8.0/22", "tcp", (2049, 2049)),
    (True, 320, True, "0.0.0.0/0", "tcp", (443, 443)),
)


def closed_vpc_differences(world: NetworkWorld) -> list[str]:
    """One sentence for each thing that isn't as it is meant."""
    facts = world.facts()
    return [*_acls(facts), *_vpc(world), *_subnets(world)]


def _acls(facts: NetworkFacts) -> Iterator[str]:
    for name, subnet in facts.subnets.items():
        if not name.startswith("ClusterSubnets"):
            continue
        has = set(facts.entries.get(facts.acls.get(name, ""), ()))
        meant = {_entry(row, subnet.cidr) for row in ACL}
        for entry in has ^ meant:
            way, what = ("out", "in")[not entry.egress], "unexpected" if entry in has else "missing"
            yield f"ACL of {name}: {what} is rule {entry.number} {way}"


def _entry(
    row: tuple[bool, int, bool, str, str, tuple[int, int] | None], subnet: IPv4Network
) -> AclEntry:
    egress, number, allow, peer, protocol, ports = row
    return AclEntry(
        number=number,
        egress=egress,
        allow=allow,
        peer=subnet if peer == "self" else IPv4Network(peer),
        protocol=protocol,
        ports=ports,
    )


def _vpc(world: NetworkWorld) -> Iterator[str]:
    resources = world.templates.resources
    for type_ in WAYS_OUT:
        yield from (f"way out: {name} is {type_}" for name, _ in resources(type_))
    [(vpc, properties)] = resources("AWS::EC2::VPC", "Network")
    for setting in ("EnableDnsSupport", "EnableDnsHostnames"):
        if properties.get(setting) is not True:
            yield f"{vpc}: {setting} is off, and endpoints have no private names"
    if [it["DefaultSecurityGroupId"] for _, it in resources("Custom::VpcRestrictDefaultSG")] != [
        vpc
    ]:
        yield f"{vpc}: nothing empties its default security group"
    logs = [it for _, it in resources("AWS::EC2::FlowLog") if it["ResourceId"] == vpc]
    if [it["TrafficType"] for it in logs] != ["REJECT"]:
        yield f"{vpc}: no flow log keeps rejected traffic"


def _subnets(world: NetworkWorld) -> Iterator[str]:
    for name, it in world.templates.resources("AWS::EC2::Subnet"):
        if it.get("MapPublicIpOnLaunch"):
            yield f"{name}: what is launched there gets a public address"
