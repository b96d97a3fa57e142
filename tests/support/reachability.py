"""Whether one host reaches another, and every layer that would stop it if it doesn't.

A connection needs a route there and back; the ACLs of both subnets to let it and its replies
through, each way on its own, for they keep no state; the caller's groups to let it out and the
target's to let it in, which do keep state. Within a subnet no ACL is asked.

Sources: VPC user guide, "Network ACL basics", "Security group rules", "Route tables"; VPC Peering
guide, "Update your route tables".
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address

from network_facts import NetworkFacts, Probe


class Stop(StrEnum):
    """A layer that stops a connection."""

    ROUTE = "no route"
    ROUTE_BACK = "no route back"
    SOURCE_GROUP = "its group"
    TARGET_GROUP = "the other's group"
    SOURCE_ACL = "its ACL, out"
    TARGET_ACL = "the other's ACL, in"
    TARGET_ACL_BACK = "the other's ACL, replies out"
    SOURCE_ACL_BACK = "its ACL, replies in"


@dataclass(frozen=True, kw_only=True)
class Host:
    """Somebody who connects or is connected to.

    Attributes:
        name: as the expectation calls it.
        address: one of its addresses.
        subnet: the name of its subnet; none outside our VPCs.
        groups: its security groups; none if we know nothing of them and assume the worst.
        service: the service of a gateway endpoint that it is.
        prefix_list: what security groups call it.
        own_ports: where its own connections start: the lowest and the highest.
    """

    name: str
    address: IPv4Address
    subnet: str | None = None
    groups: frozenset[str] | None = None
    service: str | None = None
    prefix_list: str | None = None
    own_ports: tuple[int, int] = (32768, 60999)


def stops(facts: NetworkFacts, source: Host, target: Host, probe: Probe) -> frozenset[Stop]:
    """Every layer that stops this connection: none means that it is there."""
    found = {
        Stop.ROUTE: not _routed(facts, source, target),
        Stop.ROUTE_BACK: not _routed(facts, target, source),
        Stop.SOURCE_GROUP: not _group_allows(facts, source, target, probe, egress=True),
        Stop.TARGET_GROUP: not _group_allows(facts, target, source, probe, egress=False),
    }
    if source.subnet is None or source.subnet != target.subnet:
        replies = [Probe(port=probe.port and port) for port in source.own_ports]
        found |= {
            Stop.SOURCE_ACL: not _acl_allows(facts, source, target, [probe], egress=True),
            Stop.TARGET_ACL: not _acl_allows(facts, target, source, [probe], egress=False),
            Stop.TARGET_ACL_BACK: not _acl_allows(facts, target, source, replies, egress=True),
            Stop.SOURCE_ACL_BACK: not _acl_allows(facts, source, target, replies, egress=False),
        }
    return frozenset(stop for stop, stopped in found.items() if stopped)


def _routed(facts: NetworkFacts, source: Host, target: Host) -> bool:
    """Whether what the source sends finds the target."""
    if source.service is not None:
        return True  # answers take the way that the question came
    if source.subnet is None:
        return False  # nothing in a VPC has an address that is known outside
    here = facts.subnets[source.subnet].vpc
    if any(target.address in range_ for range_ in facts.ranges[here]):
        return True
    table = facts.route_tables.get(source.subnet, "")
    if target.service is not None:
        return table in facts.gateways.get(target.service, frozenset())
    return _leads_out(facts, table, here, target)


def _leads_out(facts: NetworkFacts, table: str, here: str, target: Host) -> bool:
    """Whether a route of the table, the closest one, leads from this VPC to the target."""
    fitting = [r for r in facts.routes.get(table, ()) if target.address in r.destination]
    if not fitting:
        return False
    route = max(fitting, key=lambda route: route.destination.prefixlen)
    if route.through in facts.peerings:
        there = target.subnet and facts.subnets[target.subnet].vpc
        return {here, there} == facts.peerings[route.through]
    return True


def _acl_allows(
    facts: NetworkFacts, host: Host, peer: Host, probes: Iterable[Probe], *, egress: bool
) -> bool:
    """Whether the ACL of the host's subnet lets all of it through in that direction."""
    acl = facts.acls.get(host.subnet or "")
    if acl is None:
        return True
    entries = sorted(facts.entries.get(acl, ()), key=lambda entry: entry.number)
    asked = [entry for entry in entries if entry.egress is egress]
    return all(
        next((entry.allow for entry in asked if entry.fits(probe, peer.address)), False)
        for probe in probes
    )


def _group_allows(
    facts: NetworkFacts, host: Host, peer: Host, probe: Probe, *, egress: bool
) -> bool:
    if host.groups is None:
        return True
    known_as = {*(peer.groups or ()), peer.prefix_list}
    return any(
        probe.fits(rule.protocol, rule.ports)
        and (rule.peer in known_as if isinstance(rule.peer, str) else peer.address in rule.peer)
        for group in host.groups
        for rule in facts.rules.get((group, egress), ())
    )
