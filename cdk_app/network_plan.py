"""The VPC's ranges, cut into subnets: arithmetic, no AWS."""

from dataclasses import dataclass
from ipaddress import IPv4Network
from itertools import combinations, islice
from typing import Self

# A subnet with what belongs to it is about 13 resources, and a stack holds 500.
SUBNETS_A_STACK = 25


@dataclass(frozen=True, kw_only=True)
class NetworkPlan:
    """Which range each part of the VPC has.

    Attributes:
        services: the VPC's own range.
        clusters: its second range, for clusters only.
        cluster_subnets: in order; a subnet's number is its place here, for ever.
    """

    services: IPv4Network
    clusters: IPv4Network
    cluster_subnets: tuple[IPv4Network, ...]

    @classmethod
    def of(
        cls,
        *,
        services: IPv4Network,
        clusters: IPv4Network,
        outside: IPv4Network,
        cluster_subnets: int,
        cluster_subnet_prefix: int,
    ) -> Self:
        """Cut `cluster_subnets` subnets from `clusters`.

        Raises:
            ValueError: ranges overlap, or `clusters` is too small.
        """
        ranges = {
            "services_cidr": services,
            "clusters_cidr": clusters,
            "workflow_service_cidr": outside,
        }
        for (name, one), (other_name, other) in combinations(ranges.items(), 2):
            if one.overlaps(other):
                raise ValueError(f"{name} {one} overlaps {other_name} {other}: choose ranges apart")
        room = 2 ** max(cluster_subnet_prefix - clusters.prefixlen, 0)
        if cluster_subnet_prefix < clusters.prefixlen or room < cluster_subnets:
            raise ValueError(
                f"clusters_cidr {clusters} has room for {room} subnets of"
                f" /{cluster_subnet_prefix}, but cluster_subnets is {cluster_subnets}:"
                " widen the range, or ask for fewer or smaller subnets"
            )
        subnets = islice(clusters.subnets(new_prefix=cluster_subnet_prefix), cluster_subnets)
        return cls(services=services, clusters=clusters, cluster_subnets=tuple(subnets))

    def shards(self) -> list[list[tuple[int, IPv4Network]]]:
        """The numbered subnets (from 1), in stacks of at most `SUBNETS_A_STACK`."""
        numbered = list(enumerate(self.cluster_subnets, start=1))
        return [
            numbered[start : start + SUBNETS_A_STACK]
            for start in range(0, len(numbered), SUBNETS_A_STACK)
        ]
