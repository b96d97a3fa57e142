"""Who may talk to whom inside the private VPC."""

from collections.abc import Sequence

from aws_cdk import CfnResource
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from cdk_app.cluster_acl import DATABASE, HTTPS, NFS, SLURM_REST, SSH
from cdk_app.network_plan import NetworkPlan
from cdk_app.network_settings import GatewayPrefixLists
from cdk_app.peering import MainVpc
from hpc_constructs import ClosedSecurityGroup

# Lustre's, in both directions between clients and servers (FSx for Lustre user guide,
# "File system access control with Amazon VPC").
_LUSTRE = (ec2.Port.tcp(988), ec2.Port.tcp_range(1018, 1023))


class SecurityGroups(Construct):
    """Groups for what is in the VPC, all closed but for what is here.

    A head node and a compute node have two: one of these, which all clusters share and which lets
    them reach services, and one of their cluster's own, which lets nodes of one cluster talk
    (`hpc_constructs.NodeSecurityGroup`). So no group lets clusters talk to each other.

    Attributes:
        head_nodes: of every head node.
        compute_nodes: of every compute node.
        endpoints: of the interface endpoints.
        database: of the accounting database.
        efs: of the shared file system's mount targets.
        lustre: of every cluster's Lustre file system.
        accounting_functions: of those that keep the accounting database.
        directory_retention: of the function that is root on the shared file system.
    """

    def __init__(
        self, scope: Construct, id_: str, *, vpc: ec2.IVpc, prefix_lists: GatewayPrefixLists
    ) -> None:
        super().__init__(scope, id_)
        self._vpc = vpc
        self._gateways = (prefix_lists.s3, prefix_lists.dynamodb)
        self.head_nodes = self._group("HeadNodes", "Head nodes of clusters")
        self.compute_nodes = self._group("ComputeNodes", "Compute nodes of clusters")
        self.endpoints = self._group("Endpoints", "Interface endpoints")
        self.database = self._group("Database", "The accounting database")
        self.efs = self._group("Efs", "The shared file system")
        self.lustre = self._group("Lustre", "File systems of clusters")
        self.accounting_functions = self._group(
            "AccountingFunctions", "Functions that keep the accounting database"
        )
        self.directory_retention = self._group(
            "DirectoryRetention", "Deletes the directories that clusters left"
        )
        self._let_call_aws()
        self._let_reach_the_database()
        self._let_mount()

    def admit_workflow_service(
        self, main_vpc: MainVpc, plan: NetworkPlan, *, after: CfnResource
    ) -> None:
        """Let it reach head nodes: members of its group or, without one, its subnets.

        Args:
            main_vpc: where it runs.
            plan: its subnets.
            after: the peering, without which a group of the other VPC can't be named.
        """
        for port, name in ((SSH, "Ssh"), (SLURM_REST, "SlurmRest")):
            for number, source in enumerate(_sources(main_vpc, plan), start=1):
                rule = ec2.CfnSecurityGroupIngress(
                    self,
                    f"{name}FromWorkflowService{number}",
                    group_id=self.head_nodes.security_group_id,
                    ip_protocol="tcp",
                    from_port=port,
                    to_port=port,
                    description="The Workflow Service",
                    **source,
                )
                rule.add_resource_dependency(after)

    def all(self) -> list[ec2.SecurityGroup]:
        """Every one of them."""
        return [
            self.head_nodes,
            self.compute_nodes,
            self.endpoints,
            self.database,
            self.efs,
            self.lustre,
            self.accounting_functions,
            self.directory_retention,
        ]

    def _group(self, id_: str, description: str) -> ec2.SecurityGroup:
        return ClosedSecurityGroup(self, id_, vpc=self._vpc, description=description)

    def _nodes(self) -> Sequence[tuple[ec2.SecurityGroup, str]]:
        return ((self.head_nodes, "Head nodes"), (self.compute_nodes, "Compute nodes"))

    def _let_call_aws(self) -> None:
        accounting = (self.accounting_functions, "Accounting's functions")
        for group, who in (*self._nodes(), accounting):
            group.connections.allow_to(self.endpoints, ec2.Port.tcp(HTTPS), f"{who} call AWS")
        for group, who in self._nodes():
            for prefix_list in self._gateways:
                group.add_egress_rule(
                    ec2.Peer.prefix_list(prefix_list),
                    ec2.Port.tcp(HTTPS),
                    f"{who} use S3 and DynamoDB",
                )

    def _let_reach_the_database(self) -> None:
        for group, who in (
            (self.head_nodes, "Slurm's accounting"),
            (self.accounting_functions, "Functions"),
        ):
            group.connections.allow_to(
                self.database, ec2.Port.tcp(DATABASE), f"{who}: users and jobs"
            )

    def _let_mount(self) -> None:
        for nodes, who in self._nodes():
            nodes.connections.allow_to(self.efs, ec2.Port.tcp(NFS), f"{who} mount EFS")
            # Answers need no rule, but ParallelCluster's check of a mount target wants egress.
            # Not the other half: no group lets a node take a connection on that port.
            self.efs.add_egress_rule(nodes, ec2.Port.tcp(NFS), f"EFS answers {who.lower()}")
            for port in _LUSTRE:
                nodes.connections.allow_to(self.lustre, port, f"{who} mount Lustre")
                self.lustre.connections.allow_to(nodes, port, f"Lustre calls {who.lower()}")
        self.directory_retention.connections.allow_to(
            self.efs, ec2.Port.tcp(NFS), "A function deletes what clusters left"
        )
        for port in _LUSTRE:
            self.lustre.connections.allow_internally(port, "Lustre's servers")


def _sources(main_vpc: MainVpc, plan: NetworkPlan) -> list[dict[str, str]]:
    if main_vpc.security_group_id is None:
        return [{"cidr_ip": str(range_)} for range_ in plan.workflow_service]
    owner = {"source_security_group_owner_id": main_vpc.account} if main_vpc.account else {}
    return [{"source_security_group_id": main_vpc.security_group_id, **owner}]
