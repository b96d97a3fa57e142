"""The Python of ParallelCluster's own daemons, which has boto3, on a laboratory's node."""

from embedded_aws.laboratory.node import Node

_PYTHON = "/opt/parallelcluster/pyenv/versions/3.12.8/envs/node_virtualenv/bin/python"


def have_daemons_python(node: Node) -> None:
    """Have it where ParallelCluster's images have it: the node's own, which has boto3 too."""
    node.must("mkdir", "-p", _PYTHON.rpartition("/")[0])
    node.must("ln", "-sf", "/usr/bin/python3", _PYTHON)
