"""AWS ParallelCluster as a construct of the AWS CDK."""

from hpc_constructs.closed_security_group import ClosedSecurityGroup
from hpc_constructs.cluster_provider import ClusterProvider
from hpc_constructs.errors import HpcConstructsError, InvalidClusterName, InvalidTier
from hpc_constructs.node_permissions import NodePermissionsBoundary
from hpc_constructs.node_scripts import NodeScriptLocation, NodeScripts
from hpc_constructs.node_security_group import NodeSecurityGroup
from hpc_constructs.parallel_cluster import (
    CLUSTER_ATTRIBUTES,
    ClusterKeys,
    ClusterNetwork,
    ClusterStorage,
    ParallelCluster,
    RegistryEntry,
)
from hpc_constructs.provider_functions import ImageRuntime, ProcessRuntime, ProviderRuntime
from hpc_constructs.storage import HomeDirectory, ScratchFileSystem
from hpc_constructs.tier import Capacity, ComputeResource, LustreSize, Queue, Tier

__all__ = [
    "CLUSTER_ATTRIBUTES",
    "Capacity",
    "ClosedSecurityGroup",
    "ClusterKeys",
    "ClusterNetwork",
    "ClusterProvider",
    "ClusterStorage",
    "ComputeResource",
    "HomeDirectory",
    "HpcConstructsError",
    "ImageRuntime",
    "InvalidClusterName",
    "InvalidTier",
    "LustreSize",
    "NodePermissionsBoundary",
    "NodeScriptLocation",
    "NodeScripts",
    "NodeSecurityGroup",
    "ParallelCluster",
    "ProcessRuntime",
    "ProviderRuntime",
    "Queue",
    "RegistryEntry",
    "ScratchFileSystem",
    "Tier",
]
