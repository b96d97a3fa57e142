"""The VPC's ranges, cut into subnets: arithmetic, no AWS."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Network, collapse_addresses
from itertools import combinations, islice
from typing import Self

SUBNETS_A_STACK = 25
ZONES_AT_MOST = 8
"""How many zones each kind of service has room for: one more zone moves no subnet."""

# VPC user guide, "VPC CIDR blocks".
_LARGEST_VPC_RANGE, _SMALLEST_SUBNET = 16, 28
_PRIVATE = tuple(IPv4Network(r) for r in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))


class Service(StrEnum):
    """What has subnets beside clusters; in the order of their blocks in `services_cidr`."""

    ENDPOINTS = "Endpoints"
    DATABASE = "Database"
    STORAGE = "Storage"
    FUNCTIONS = "Functions"


@dataclass(frozen=True, kw_only=True)
class NetworkPlan:
    """Which range each part of the VPC has.

    Attributes:
        services: the VPC's own range.
        clusters: its second range, for clusters only.
        cluster_subnets: in order; a subnet's number is its place here, for ever.
        main_vpc: the range of the peered VPC, if there is one.
        workflow_service: the ranges in it from where clusters are reached, neighbours merged.
    """

    services: IPv4Network
    clusters: IPv4Network
    cluster_subnets: tuple[IPv4Network, ...]
    main_vpc: IPv4Network | None
    workflow_service: tuple[IPv4Network, ...]

    @classmethod
    def of(
        cls,
        *,
        services: IPv4Network,
        clusters: IPv4Network,
        cluster_subnets: int,
        cluster_subnet_prefix: int,
        main_vpc: IPv4Network | None = None,
        workflow_service: Sequence[IPv4Network] = (),
    ) -> Self:
        """Cut `cluster_subnets` subnets from `clusters`.

        Raises:
            ValueError: ranges overlap, or one is too small, too large or in the wrong place.
        """
        _check_apart(
            {
                "services_cidr": services,
                "clusters_cidr": clusters,
                **({"main_vpc.cidr": main_vpc} if main_vpc else {}),
            }
        )
        _check_sizes(services, clusters)
        _check_one_private_range(services, clusters)
        _check_workflow_service(main_vpc, workflow_service)
        room = 2 ** max(cluster_subnet_prefix - clusters.prefixlen, 0)
        if cluster_subnet_prefix < clusters.prefixlen or room < cluster_subnets:
            raise ValueError(
                f"clusters_cidr {clusters} has room for {room} subnets of"
                f" /{cluster_subnet_prefix}, but cluster_subnets is {cluster_subnets}:"
                " widen the range, or ask for fewer or smaller subnets"
            )
        subnets = islice(clusters.subnets(new_prefix=cluster_subnet_prefix), cluster_subnets)
        return cls(
            services=services,
            clusters=clusters,
            cluster_subnets=tuple(subnets),
            main_vpc=main_vpc,
            workflow_service=tuple(collapse_addresses(workflow_service)),
        )

    def block(self, service: Service) -> IPv4Network:
        """The range of all subnets of this service: a quarter of `services`."""
        return list(self.services.subnets(prefixlen_diff=2))[list(Service).index(service)]

    def service_subnet(self, service: Service, zone: int) -> IPv4Network:
        """The service's subnet in the environment's zone of this number, from 0."""
        return list(self.block(service).subnets(new_prefix=self.services.prefixlen + 5))[zone]

    def zones_in_use(self, zones: Sequence[str]) -> list[str]:
        """Those that have cluster subnets, which go round the zones."""
        return list(zones[: len(self.cluster_subnets)])

    def shards(self) -> list[list[tuple[int, IPv4Network]]]:
        """The numbered subnets (from 1), in stacks of at most `SUBNETS_A_STACK`."""
        numbered = list(enumerate(self.cluster_subnets, start=1))
        return [
            numbered[start : start + SUBNETS_A_STACK]
            for start in range(0, len(numbered), SUBNETS_A_STACK)
        ]


def _check_apart(ranges: dict[str, IPv4Network]) -> None:
    for (name, one), (other_name, other) in combinations(ranges.items(), 2):
        if one.overlaps(other):
            raise ValueError(f"{name} {one} overlaps {other_name} {other}: choose ranges apart")


def _check_sizes(services: IPv4Network, clusters: IPv4Network) -> None:
    # A quarter for each service, an eighth of that for each zone: five bits.
    smallest = {"services_cidr": _SMALLEST_SUBNET - 5, "clusters_cidr": _SMALLEST_SUBNET - 1}
    for name, range_ in (("services_cidr", services), ("clusters_cidr", clusters)):
        if not _LARGEST_VPC_RANGE <= range_.prefixlen <= smallest[name]:
            raise ValueError(
                f"{name} {range_} has a prefix of /{range_.prefixlen}; allowed are"
                f" /{_LARGEST_VPC_RANGE} (a VPC's largest range) to /{smallest[name]} (subnets of"
                f" /{_SMALLEST_SUBNET} are AWS's smallest): choose another size"
            )


def _check_one_private_range(services: IPv4Network, clusters: IPv4Network) -> None:
    """A VPC's further ranges are of the private range that its own is of.

    VPC user guide, "IPv4 CIDR block association restrictions".
    """
    if not any(services.subnet_of(r) and clusters.subnet_of(r) for r in _PRIVATE):
        raise ValueError(
            f"services_cidr {services} and clusters_cidr {clusters} must both be in one of"
            f" {', '.join(map(str, _PRIVATE))}: a VPC takes no ranges of two of them, nor public"
            " ones"
        )


def _check_workflow_service(main_vpc: IPv4Network | None, subnets: Sequence[IPv4Network]) -> None:
    where = "main_vpc.workflow_service_subnets"
    for subnet in subnets:
        if main_vpc is None or not subnet.subnet_of(main_vpc):
            raise ValueError(f"{where} {subnet} is not in main_vpc.cidr {main_vpc}: correct one")
    for one, other in combinations(subnets, 2):
        if one.overlaps(other):
            raise ValueError(f"{where} {one} overlaps {other}: name each range once")
