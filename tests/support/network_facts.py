"""A network as its templates make it: subnets, routes, ACLs, security groups."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import Any, Self, TypeVar

from deployed_templates import DeployedTemplates

_K, _T = TypeVar("_K"), TypeVar("_T")

EVERY_PROTOCOL, TCP = "-1", "tcp"


@dataclass(frozen=True, kw_only=True)
class Probe:
    """What is sent: TCP to a port, or (`port` is None) what only a rule for all protocols fits."""

    port: int | None

    def fits(self, protocol: str, ports: tuple[int, int] | None) -> bool:
        """Whether a rule for that protocol and those ports is about it."""
        if protocol == EVERY_PROTOCOL:
            return True
        if self.port is None or protocol != TCP or ports is None:
            return False
        return ports[0] <= self.port <= ports[1]


@dataclass(frozen=True, kw_only=True)
class Subnet:
    """Where a host can be."""

    name: str
    vpc: str
    cidr: IPv4Network


@dataclass(frozen=True, kw_only=True)
class Route:
    """A way from the subnets of a route table: over a peering, or out through a gateway."""

    destination: IPv4Network
    through: str


@dataclass(frozen=True, kw_only=True)
class AclEntry:
    """A rule of an ACL; ACLs go by them in the order of their numbers."""

    number: int
    egress: bool
    allow: bool
    peer: IPv4Network
    protocol: str
    ports: tuple[int, int] | None

    def fits(self, probe: Probe, address: IPv4Address) -> bool:
        """Whether it decides about this traffic with that address."""
        return address in self.peer and probe.fits(self.protocol, self.ports)


@dataclass(frozen=True, kw_only=True)
class GroupRule:
    """A rule of a security group; there are allowing ones only.

    Attributes:
        peer: a range, or the name of a group or prefix list.
    """

    group: str
    egress: bool
    peer: IPv4Network | str
    protocol: str
    ports: tuple[int, int] | None


@dataclass(frozen=True, kw_only=True)
class NetworkFacts:
    """Everything that decides where traffic goes.

    Attributes:
        subnets: by name.
        ranges: of each VPC.
        route_tables: which one each subnet has.
        routes: of each route table, beside the local ones.
        peerings: the two VPCs of each peering.
        gateways: of each gateway endpoint's service, the route tables that lead to it.
        acls: which one each subnet has; none is the VPC's default one, which allows all.
        entries: of each ACL.
        rules: of every security group: those for what comes in, and those for what goes out.
    """

    subnets: Mapping[str, Subnet]
    ranges: Mapping[str, tuple[IPv4Network, ...]]
    route_tables: Mapping[str, str]
    routes: Mapping[str, tuple[Route, ...]]
    peerings: Mapping[str, frozenset[str]]
    gateways: Mapping[str, frozenset[str]]
    acls: Mapping[str, str]
    entries: Mapping[str, tuple[AclEntry, ...]]
    rules: Mapping[tuple[str, bool], tuple[GroupRule, ...]]

    @classmethod
    def of(cls, templates: DeployedTemplates) -> Self:
        """Read them from templates."""
        return cls(
            subnets={
                name: Subnet(name=name, vpc=it["VpcId"], cidr=IPv4Network(it["CidrBlock"]))
                for name, it in templates.resources("AWS::EC2::Subnet")
            },
            ranges=_grouped(_ranges(templates)),
            route_tables={
                it["SubnetId"]: it["RouteTableId"]
                for _, it in templates.resources("AWS::EC2::SubnetRouteTableAssociation")
            },
            routes=_grouped(_routes(templates)),
            peerings={
                name: frozenset((it["VpcId"], it["PeerVpcId"]))
                for name, it in templates.resources("AWS::EC2::VPCPeeringConnection")
            },
            gateways={
                it["ServiceName"].rpartition(".")[2]: frozenset(it["RouteTableIds"])
                for _, it in templates.resources("AWS::EC2::VPCEndpoint")
                if it["VpcEndpointType"] == "Gateway"
            },
            acls={
                it["SubnetId"]: it["NetworkAclId"]
                for _, it in templates.resources("AWS::EC2::SubnetNetworkAclAssociation")
            },
            entries=_grouped(_entries(templates)),
            rules=_grouped(((rule.group, rule.egress), rule) for rule in _rules(templates)),
        )


def _grouped(pairs: Iterator[tuple[_K, _T]]) -> dict[_K, tuple[_T, ...]]:
    grouped: dict[_K, tuple[_T, ...]] = {}
    for key, value in pairs:
        grouped[key] = (*grouped.get(key, ()), value)
    return grouped


def _ranges(templates: DeployedTemplates) -> Iterator[tuple[str, IPv4Network]]:
    for name, it in templates.resources("AWS::EC2::VPC"):
        yield name, IPv4Network(it["CidrBlock"])
    for _, it in templates.resources("AWS::EC2::VPCCidrBlock"):
        yield it["VpcId"], IPv4Network(it["CidrBlock"])


def _routes(templates: DeployedTemplates) -> Iterator[tuple[str, Route]]:
    for name, it in templates.resources("AWS::EC2::Route"):
        ways = ("VpcPeeringConnectionId", "GatewayId", "NatGatewayId", "TransitGatewayId")
        through = next((it[way] for way in ways if way in it), name)
        yield (
            it["RouteTableId"],
            Route(destination=IPv4Network(it["DestinationCidrBlock"]), through=through),
        )


def _entries(templates: DeployedTemplates) -> Iterator[tuple[str, AclEntry]]:
    protocols = {-1: EVERY_PROTOCOL, 6: TCP}
    for _, it in templates.resources("AWS::EC2::NetworkAclEntry"):
        ports = it.get("PortRange")
        yield (
            it["NetworkAclId"],
            AclEntry(
                number=it["RuleNumber"],
                egress=it.get("Egress", False),
                allow=it["RuleAction"] == "allow",
                peer=IPv4Network(it["CidrBlock"]),
                protocol=protocols[it["Protocol"]],
                ports=(ports["From"], ports["To"]) if ports else None,
            ),
        )


def _rules(templates: DeployedTemplates) -> Iterator[GroupRule]:
    for name, it in templates.resources("AWS::EC2::SecurityGroup"):
        for rule in it.get("SecurityGroupIngress", []):
            yield _rule(name, rule, egress=False)
        # Without a rule of its own EC2's stays, which lets everything out.
        everything = {"IpProtocol": EVERY_PROTOCOL, "CidrIp": "0.0.0.0/0"}
        for rule in it.get("SecurityGroupEgress") or [everything]:
            yield _rule(name, rule, egress=True)
    for type_, egress in (("Ingress", False), ("Egress", True)):
        for _, it in templates.resources(f"AWS::EC2::SecurityGroup{type_}"):
            yield _rule(it["GroupId"], it, egress=egress)


def _rule(group: str, rule: dict[str, Any], *, egress: bool) -> GroupRule:
    names = (
        "SourceSecurityGroupId",
        "DestinationSecurityGroupId",
        "SourcePrefixListId",
        "DestinationPrefixListId",
    )
    by_name = [rule[name] for name in names if name in rule]
    ports = (rule["FromPort"], rule["ToPort"]) if "FromPort" in rule else None
    return GroupRule(
        group=group,
        egress=egress,
        peer=by_name[0] if by_name else IPv4Network(rule["CidrIp"]),
        protocol=str(rule["IpProtocol"]),
        ports=ports,
    )
