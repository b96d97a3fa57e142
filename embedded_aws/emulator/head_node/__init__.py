"""A stand-in for ParallelCluster's head node.

ministack 1.5.33 runs no instances, so nobody would signal a cluster's wait condition. Ours plays
the node: when an instance with the tag `parallelcluster:node-type` HeadNode is launched, a thread
does over the emulator's own endpoint, as the instance's role, what the node does that AWS can see:
fetches the cluster's configuration and its custom actions' scripts, writes the fleet's status, and
signals. Scripts are not run. It plays on at updates of the cluster, until the instance ends.

SSM parameters of an operator decide how it goes: `/embedded-aws/head-nodes/<cluster>/failure` holds
the reason to fail with, `/embedded-aws/head-nodes/<cluster>/boot-seconds` the time it takes.
"""

from embedded_aws.emulator.ec2_instances import lifecycle
from embedded_aws.emulator.head_node import stage


def install() -> None:
    """Watch the instances."""
    lifecycle.watch(launches=stage.enter, terminations=stage.leave)
