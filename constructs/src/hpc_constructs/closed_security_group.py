"""A security group that lets nothing out but what its rules say."""

from aws_cdk import aws_ec2 as ec2
from constructs import Construct

# No address: what matters is that the group's own resource has an egress rule.
_NOTHING = {
    "CidrIp": "255.255.255.255/32",
    "Description": "Disallow all traffic",
    "IpProtocol": "icmp",
    "FromPort": 252,
    "ToPort": 86,
}


class ClosedSecurityGroup(ec2.SecurityGroup):
    """A group without EC2's rule that lets everything out.

    EC2 makes that rule for every new group, and CloudFormation keeps it unless the group's own
    resource has egress rules (CloudFormation user guide, `AWS::EC2::SecurityGroup`). CDK, told to
    allow no outbound traffic, writes one that fits nothing, and drops it as soon as the group has
    a rule in a resource of its own: then nothing is left in the group's. So it stays here, and a
    rule for a range has to be an `ec2.CfnSecurityGroupEgress`: CDK would write it where this stays.
    """

    def __init__(self, scope: Construct, id_: str, *, vpc: ec2.IVpc, description: str) -> None:
        super().__init__(scope, id_, vpc=vpc, description=description, allow_all_outbound=False)
        resource = self.node.default_child
        assert isinstance(resource, ec2.CfnSecurityGroup)  # noqa: S101 - CDK's own, for mypy
        resource.add_property_override("SecurityGroupEgress", [_NOTHING])
