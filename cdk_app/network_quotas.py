"""AWS's default quotas on a VPC and on stacks, checked before anything is synthesised.

Sources: VPC user guide, "Amazon VPC quotas"; CloudFormation user guide, "CloudFormation quotas".
"""

import math
from dataclasses import dataclass

from cdk_app.cluster_acl import cluster_acl
from cdk_app.endpoint_services import interface_services
from cdk_app.network_plan import NetworkPlan, Service
from hpc_constructs import Tier

# A subnet, its route table's association, its ACL and that one's association.
_RESOURCES_BESIDE_ENTRIES = 4
# AWS keeps them in every subnet (VPC user guide, "Subnet sizing").
_RESERVED_ADDRESSES = 5
# FSx for Lustre user guide, "Quotas": one server of metadata, and one of objects for so much.
_GIB_A_LUSTRE_SERVER = 1200


@dataclass(frozen=True, kw_only=True)
class Use:
    """How much of a quota the settings take.

    Attributes:
        what: of the quota, in words.
        setting: the setting that decides, as `config/*.yaml` spells it.
        value: of the setting.
        needed: how many of them the settings take.
        limit: AWS's default.
    """

    what: str
    setting: str
    value: object
    needed: int
    limit: int

    def problem(self) -> str:
        """What is wrong if the quota would be passed."""
        return (
            f"{self.setting} is {self.value}: that takes {self.needed} {self.what}, and the limit"
            f" is {self.limit}; lower it"
        )


def uses(plan: NetworkPlan, *, zones: int, session_manager: bool) -> list[Use]:
    """What the settings take of every quota that they could pass."""
    subnets = len(plan.cluster_subnets)
    acl = cluster_acl(plan, plan.cluster_subnets[0])
    workflow_service = [str(range_) for range_ in plan.workflow_service]
    reached_from = "network.main_vpc.workflow_service_subnets"
    shard = max(len(shard) for shard in plan.shards())
    return [
        Use(
            what=f"subnets in the VPC ({len(Service)} for services in each zone)",
            setting="network.cluster_subnets",
            value=f"{subnets} with {zones} zones",
            needed=subnets + len(Service) * zones,
            limit=200,
        ),
        Use(
            what="network ACLs in the VPC (with its default one)",
            setting="network.cluster_subnets",
            value=subnets,
            needed=subnets + 1,
            limit=200,
        ),
        *(
            Use(
                what=f"{direction} rules in a cluster subnet's ACL",
                setting=reached_from,
                value=workflow_service,
                needed=sum(entry.egress is egress for entry in acl),
                limit=20,
            )
            for egress, direction in ((False, "inbound"), (True, "outbound"))
        ),
        Use(
            what="resources in a stack of cluster subnets",
            setting=reached_from,
            value=workflow_service,
            # And a list of them for each zone.
            needed=shard * (_RESOURCES_BESIDE_ENTRIES + len(acl)) + zones,
            limit=500,
        ),
        Use(
            what="routes in the clusters' route table (two are of the gateway endpoints)",
            setting=reached_from,
            value=workflow_service,
            needed=len(workflow_service) + 2,
            limit=50,
        ),
        Use(
            what="active peerings of the VPC",
            setting="network.main_vpc",
            value=plan.main_vpc,
            needed=int(plan.main_vpc is not None),
            limit=50,
        ),
        Use(
            what="interface endpoints in the VPC",
            setting="network.session_manager",
            value=session_manager,
            needed=len(interface_services(session_manager=session_manager)),
            limit=50,
        ),
    ]


def check_quotas(plan: NetworkPlan, *, zones: int, session_manager: bool) -> None:
    """Refuse settings that pass a default quota.

    Raises:
        ValueError: names the setting, its value and the limit.
    """
    for use in uses(plan, zones=zones, session_manager=session_manager):
        if use.needed > use.limit:
            raise ValueError(use.problem())


def check_addresses(tier: Tier, cluster_subnet_prefix: int) -> None:
    """Refuse a tier whose nodes don't fit into a cluster's subnet.

    Raises:
        ValueError: names the setting, what there is and what the tier takes at least.
    """
    there_are = 2 ** (32 - cluster_subnet_prefix) - _RESERVED_ADDRESSES
    nodes = 1 + sum(r.max_nodes for queue in tier.queues for r in queue.compute_resources)
    servers = 1 + math.ceil(tier.lustre.capacity_gib / _GIB_A_LUSTRE_SERVER)
    if nodes + servers > there_are:
        raise ValueError(
            f"network.cluster_subnet_prefix is {cluster_subnet_prefix}: that leaves {there_are}"
            f" addresses, but tier '{tier.name}' takes {nodes} for nodes and {servers} for Lustre;"
            " give cluster subnets a shorter prefix"
        )
