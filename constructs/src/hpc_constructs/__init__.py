"""AWS ParallelCluster as a construct of the AWS CDK."""

from hpc_constructs.closed_security_group import ClosedSecurityGroup
from hpc_constructs.cluster_provider import ClusterProvider
from hpc_constructs.errors import HpcConstructsError, InvalidClusterName, InvalidTier
from hpc_constructs.function_logs import write_own_logs_only
from hpc_constructs.linked_buckets import LinkedBucket, LinkedBuckets
from hpc_constructs.node_arguments import BucketMount
from hpc_constructs.node_permissions import NodePermissionsBoundary
from hpc_constructs.node_scripts import NodeScriptLocation, NodeScripts
from hpc_constructs.node_security_group import NodeSecurityGroup
from hpc_constructs.own_cluster import ACCOUNTING_PASSWORDS, JOB_RECORDS
from hpc_constructs.parallel_cluster import (
    CLUSTER_ATTRIBUTES,
    ClusterKeys,
    ClusterNetwork,
    ClusterStorage,
    ParallelCluster,
    RegistryEntry,
)
from hpc_constructs.provider_framework import ProviderFramework
from hpc_constructs.provider_functions import ImageRuntime, ProcessRuntime, ProviderRuntime
from hpc_constructs.slurm_accounting import SlurmAccounting
from hpc_constructs.slurm_rest_api import SlurmRestApi
from hpc_constructs.storage import HomeDirectory, ScratchFileSystem
from hpc_constructs.tier import (
    LUSTRE_THROUGHPUTS,
    Capacity,
    ComputeResource,
    LustreSize,
    Queue,
    Tier,
)

__all__ = [
    "ACCOUNTING_PASSWORDS",
    "CLUSTER_ATTRIBUTES",
    "JOB_RECORDS",
    "LUSTRE_THROUGHPUTS",
    "BucketMount",
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
    "LinkedBucket",
    "LinkedBuckets",
    "LustreSize",
    "NodePermissionsBoundary",
    "NodeScriptLocation",
    "NodeScripts",
    "NodeSecurityGroup",
    "ParallelCluster",
    "ProcessRuntime",
    "ProviderFramework",
    "ProviderRuntime",
    "Queue",
    "RegistryEntry",
    "ScratchFileSystem",
    "SlurmAccounting",
    "SlurmRestApi",
    "Tier",
    "write_own_logs_only",
]
