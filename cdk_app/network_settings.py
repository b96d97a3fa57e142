"""The settings of the private VPC and of its peering with the Main VPC."""

from ipaddress import IPv4Network
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from cdk_app.network_plan import NetworkPlan
from cdk_app.network_quotas import check_quotas
from cdk_app.section import Cidr, Section

_PrefixListId = Annotated[str, StringConstraints(pattern=r"^pl-[0-9a-f]{8,17}$")]


class GatewayPrefixLists(Section):
    """The region's prefix lists of the two services that gateway endpoints lead to.

    `aws ec2 describe-prefix-lists` shows them. They are settings, since synthesis asks nobody.
    """

    s3: _PrefixListId
    dynamodb: _PrefixListId


class WorkflowServiceSubnet(Section):
    """A subnet of the Main VPC that the Workflow Service runs in.

    Attributes:
        cidr: its range.
        route_table_id: gets the route to the clusters; not given if the stack Surroundings makes
            the Main VPC.
    """

    cidr: Cidr
    route_table_id: Annotated[str, StringConstraints(pattern=r"^rtb-[0-9a-f]{8,17}$")] | None = None


class MainVpcSettings(Section):
    """The VPC that the Workflow Service runs in.

    Attributes:
        cidr: its range.
        vpc_id: not given if the stack Surroundings makes it.
        account: its owner, if that is another account.
        accepter_role_arn: the role there that accepts the peering; with `account` only.
        workflow_service_subnets: from where clusters are reached, and from nowhere else.
        workflow_service_security_group_id: then only members of this group reach head nodes,
            not everybody in those subnets.
    """

    cidr: Cidr
    vpc_id: Annotated[str, StringConstraints(pattern=r"^vpc-[0-9a-f]{8,17}$")] | None = None
    account: Annotated[str, StringConstraints(pattern=r"^\d{12}$")] | None = None
    accepter_role_arn: (
        Annotated[str, StringConstraints(pattern=r"^arn:aws[a-z-]*:iam::\d{12}:role/\S+$")] | None
    ) = None
    workflow_service_subnets: Annotated[tuple[WorkflowServiceSubnet, ...], Field(min_length=1)]
    workflow_service_security_group_id: (
        Annotated[str, StringConstraints(pattern=r"^sg-[0-9a-f]{8,17}$")] | None
    ) = None

    @model_validator(mode="after")
    def _agree_on_the_account(self) -> Self:
        if (self.account is None) != (self.accepter_role_arn is None):
            raise ValueError(
                f"account is {self.account} and accepter_role_arn {self.accepter_role_arn}:"
                " a peering with another account needs both, one with this account neither"
            )
        return self

    def missing(self, *, made_here: bool) -> list[str]:
        """What is not given and must be, or is given and may not be, as sentences."""
        subnets = self.workflow_service_subnets
        tables = all(subnet.route_table_id for subnet in subnets)
        if made_here:
            given = self.vpc_id or self.account or any(s.route_table_id for s in subnets)
            group = self.workflow_service_security_group_id
            return (
                ["surroundings is true, which makes the Main VPC: give no ids of another"]
                if given or group
                else []
            )
        return [
            *([] if self.vpc_id else ["vpc_id: required unless surroundings is true"]),
            *(
                []
                if tables or self.account
                else [
                    "workflow_service_subnets.route_table_id: required unless surroundings is true"
                    " or the Main VPC is in another account"
                ]
            ),
        ]


class NetworkSettings(Section):
    """The private VPC.

    Attributes:
        services_cidr: subnets of endpoints, database, storage and functions; the VPC's own range.
        clusters_cidr: all clusters' subnets are cut from it; the VPC's second range.
        cluster_subnets: how many: that many clusters at a time.
        cluster_subnet_prefix: the size of each, as a prefix length.
        gateway_prefix_lists: of S3 and DynamoDB in this region.
        session_manager: whether nodes are reached by Session Manager: three endpoints more, and
            what their agent may do. Who may begin sessions is not ours to say.
        main_vpc: from where clusters are reached; without it, from nowhere.
    """

    services_cidr: Cidr
    clusters_cidr: Cidr
    cluster_subnets: Annotated[int, Field(ge=2, le=185)]
    cluster_subnet_prefix: Annotated[int, Field(ge=20, le=28)] = 24
    gateway_prefix_lists: GatewayPrefixLists
    session_manager: bool = False
    main_vpc: MainVpcSettings | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        self.plan()
        return self

    def plan(self) -> NetworkPlan:
        """The ranges cut into subnets.

        Raises:
            ValueError: ranges overlap, or are too small or too large.
        """
        main = self.main_vpc
        return NetworkPlan.of(
            services=IPv4Network(self.services_cidr),
            clusters=IPv4Network(self.clusters_cidr),
            cluster_subnets=self.cluster_subnets,
            cluster_subnet_prefix=self.cluster_subnet_prefix,
            main_vpc=IPv4Network(main.cidr) if main else None,
            workflow_service=[
                IPv4Network(subnet.cidr)
                for subnet in (main.workflow_service_subnets if main else ())
            ],
        )

    def check(self, *, account: str, zones: int, surroundings: bool) -> None:
        """What the rest of the settings decides about this section.

        Raises:
            ValueError: a quota would be passed, or the Main VPC is not told.
        """
        check_quotas(self.plan(), zones=zones, session_manager=self.session_manager)
        main = self.main_vpc
        if main is None:
            return
        for problem in main.missing(made_here=surroundings):
            raise ValueError(f"network.main_vpc.{problem}")
        if main.account == account:
            raise ValueError(
                f"network.main_vpc.account is {account}, which is this environment's own:"
                " leave it and accepter_role_arn out"
            )
