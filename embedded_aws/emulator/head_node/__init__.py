"""ParallelCluster's head node: booted, or played.

ministack 1.5.33 runs no instances, so nobody would signal a cluster's wait condition. When an
instance with the tag `parallelcluster:node-type` HeadNode is launched, a thread of ours waits for
the condition, has done what a head node does as the instance's role, and signals; so at updates of
the cluster, until the instance ends. Who does it is a process that boots a node, or, without a
machine, the thread itself, over the emulator's own endpoint (`performers`).

SSM parameters of an operator decide how it goes: `/embedded-aws/head-nodes/<cluster>/failure` holds
the reason to fail with, `/embedded-aws/head-nodes/<cluster>/boot-seconds` the time it waits first.
"""

from embedded_aws.emulator.ec2_instances import lifecycle
from embedded_aws.emulator.head_node import stage


def install() -> None:
    """Watch the instances."""
    lifecycle.watch(launches=stage.enter, terminations=stage.leave)
