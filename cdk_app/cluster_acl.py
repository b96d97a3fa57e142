"""The network ACL of a cluster's subnet: as many rules for 185 subnets as for 2.

An ACL keeps no state: a connection needs the entry that lets it through and, the other way, one
for the replies. AWS asks it about what enters or leaves the subnet, never about what stays inside.
It takes the first entry that fits and denies what none fits.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network

from cdk_app.network_plan import NetworkPlan, Service

ANYWHERE = IPv4Network("0.0.0.0/0")
SSH, HTTPS, NFS, DATABASE, SLURM_REST = 22, 443, 2049, 3306, 8082

# Nodes run Linux, whose own connections start there (VPC user guide, "Ephemeral ports").
_NODES_OWN_PORTS = (32768, 65535)
# What the Workflow Service runs on is not ours to know: a function, a load balancer, a container.
_ANY_CLIENT_S_PORTS = (1024, 65535)


@dataclass(frozen=True, kw_only=True)
class AclEntry:
    """One rule.

    Attributes:
        id: within its ACL; part of a logical id, so a contract.
        number: its place in the order.
        egress: whether it is about what leaves the subnet.
        allow: what it says.
        peer: the range at the other end.
        ports: TCP's, first and last; none is every protocol.
    """

    id: str
    number: int
    egress: bool
    allow: bool = True
    peer: IPv4Network
    ports: tuple[int, int] | None = None


def cluster_acl(plan: NetworkPlan, subnet: IPv4Network) -> list[AclEntry]:
    """The ACL of one of the plan's cluster subnets."""
    return [*_inbound(plan, subnet), *_outbound(plan, subnet)]


def _inbound(plan: NetworkPlan, subnet: IPv4Network) -> Iterator[AclEntry]:
    yield AclEntry(id="InSelf", number=100, egress=False, peer=subnet)
    yield AclEntry(id="InOtherClusters", number=110, egress=False, allow=False, peer=plan.clusters)
    for number, range_ in enumerate(plan.workflow_service, start=1):
        for id_, base, port in (("InSsh", 200, SSH), ("InSlurmRest", 220, SLURM_REST)):
            yield AclEntry(
                id=f"{id_}{number}",
                number=base + number,
                egress=False,
                peer=range_,
                ports=(port, port),
            )
    # Of endpoints, database and storage, and of S3 and DynamoDB: gateway endpoints answer from
    # public addresses, and an ACL can't name a prefix list.
    yield AclEntry(id="InReplies", number=300, egress=False, peer=ANYWHERE, ports=_NODES_OWN_PORTS)


def _outbound(plan: NetworkPlan, subnet: IPv4Network) -> Iterator[AclEntry]:
    yield AclEntry(id="OutSelf", number=100, egress=True, peer=subnet)
    yield AclEntry(id="OutOtherClusters", number=110, egress=True, allow=False, peer=plan.clusters)
    if plan.main_vpc:
        # The whole range in one entry: routes lead to the Workflow Service's subnets only, and no
        # group lets a node begin a connection there.
        yield AclEntry(
            id="OutReplies", number=200, egress=True, peer=plan.main_vpc, ports=_ANY_CLIENT_S_PORTS
        )
    for id_, number, service, port in (
        ("OutDatabase", 300, Service.DATABASE, DATABASE),
        ("OutStorage", 310, Service.STORAGE, NFS),
    ):
        yield AclEntry(
            id=id_, number=number, egress=True, peer=plan.block(service), ports=(port, port)
        )
    yield AclEntry(id="OutHttps", number=320, egress=True, peer=ANYWHERE, ports=(HTTPS, HTTPS))
