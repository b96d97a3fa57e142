"""Who may talk to whom inside the private VPC."""

from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from cdk_app.settings import NetworkSettings

_NFS = ec2.Port.tcp(2049)
_HTTPS = ec2.Port.tcp(443)
# Lustre's, in both directions between clients and servers (FSx for Lustre user guide,
# "File system access control with Amazon VPC").
_LUSTRE = (ec2.Port.tcp(988), ec2.Port.tcp_range(1018, 1023))


class SecurityGroups(Construct):
    """The groups that ParallelCluster's own are joined by.

    Attributes:
        head_nodes: of every head node.
        compute_nodes: of every compute node.
        endpoints: of the interface endpoints.
        efs: of the shared file system's mount targets.
        lustre: of every cluster's Lustre file system.
    """

    def __init__(
        self, scope: Construct, id_: str, *, vpc: ec2.IVpc, network: NetworkSettings
    ) -> None:
        super().__init__(scope, id_)
        self._vpc = vpc
        self.head_nodes = self._group("HeadNodes", "Head nodes of clusters")
        self.compute_nodes = self._group("ComputeNodes", "Compute nodes of clusters")
        self.endpoints = self._group("Endpoints", "Interface endpoints")
        self.efs = self._group("Efs", "The shared file system")
        self.lustre = self._group("Lustre", "File systems of clusters")
        self._let_nodes_reach_services()
        self.head_nodes.add_ingress_rule(
            ec2.Peer.ipv4(network.workflow_service_cidr), ec2.Port.tcp(22), "The Workflow Service"
        )

    def _group(self, id_: str, description: str) -> ec2.SecurityGroup:
        return ec2.SecurityGroup(
            self, id_, vpc=self._vpc, description=description, allow_all_outbound=False
        )

    def _let_nodes_reach_services(self) -> None:
        for nodes, who in ((self.head_nodes, "Head nodes"), (self.compute_nodes, "Compute nodes")):
            nodes.connections.allow_to(self.endpoints, _HTTPS, f"{who} call AWS")
            nodes.connections.allow_to(self.efs, _NFS, f"{who} mount EFS")
            # ParallelCluster looks for the ports in both directions on the file system's own
            # interface: mount targets answer, and its check wants egress too.
            self.efs.connections.allow_to(nodes, _NFS, f"EFS answers {who.lower()}")
            for port in _LUSTRE:
                nodes.connections.allow_to(self.lustre, port, f"{who} mount Lustre")
                self.lustre.connections.allow_to(nodes, port, f"Lustre calls {who.lower()}")
        for port in _LUSTRE:
            self.lustre.connections.allow_internally(port, "Lustre's servers")
