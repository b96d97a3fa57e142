"""The security group of one cluster's nodes."""

from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from hpc_constructs.closed_security_group import ClosedSecurityGroup


class NodeSecurityGroup(ClosedSecurityGroup):
    """All traffic among its members, in and out, and nothing else.

    That is what EFA demands (EC2 user guide, "Get started with EFA and MPI"), and what Slurm and
    the head node's NFS need. A group of their own for each cluster: members of a group that
    clusters share could reach each other's.
    """

    def __init__(self, scope: Construct, id_: str, *, vpc: ec2.IVpc) -> None:
        super().__init__(scope, id_, vpc=vpc, description="Nodes of one cluster, among themselves")
        self.connections.allow_internally(ec2.Port.all_traffic(), "EFA, Slurm, NFS")
