"""A project's data below `/obi/data`: linked to Lustre and guarded there, or mounted from S3.

And for a benchmark, with either kind of storage, all of scratch from S3: each association of FSx
wants a bucket or prefix of its own.
"""

from collections.abc import Mapping, Sequence
from typing import cast

from aws_cdk import CustomResource, Token
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from constructs import Construct

from cdk_app.data_buckets import DataBuckets
from cdk_app.settings import DataDirectory
from hpc_constructs import (
    BucketMount,
    LinkedBucket,
    LinkedBuckets,
    LustreSize,
    ScratchFileSystem,
)

VLAB_TAG, PROJECT_TAG = "obp:costcenter:vlabid", "obp:costcenter:project"
"""On all that ParallelCluster makes, the nodes' roles among it."""

BENCHMARK_TAG = "hpc:benchmark"
"""`true` where a cluster may read all projects' scratch: of its roles, which nodes can't tag."""

_OWN_PREFIX = f"${{aws:PrincipalTag/{VLAB_TAG}}}/${{aws:PrincipalTag/{PROJECT_TAG}}}/"


class LinkedData(Construct):
    """A Lustre file system that shows the project's buckets, and what holds it until it's saved.

    The associations come one after the other, then the guard, on which the cluster has to depend.
    The imports come beside the cluster, one after the other, as FSx runs them: those that are
    awaited first, or they would wait for millions of public objects. The others are complete at
    once, whether FSx takes their tasks or has to be asked again later. All depend on all
    associations, so none is made, or goes, while a task is at work.

    Attributes:
        file_system: for `/obi/data`.
        guard: lets the file system and its associations go once scratch is exported.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        values: Mapping[str, str],
        awaited: Sequence[DataDirectory],
        subnet: ec2.ISubnet,
        security_group: ec2.ISecurityGroup,
        key: kms.IKey,
    ) -> None:
        """Make it.

        Args:
            scope: CDK's.
            id_: CDK's.
            values: of the template's parameters.
            awaited: whose imports the stack waits for until it is complete.
            subnet: of the file system.
            security_group: of the file system.
            key: that it is encrypted with.
        """
        super().__init__(scope, id_)
        self._values = values
        self.file_system = ScratchFileSystem(
            self,
            "Scratch",
            size=LustreSize(
                capacity_gib=_whole_number(values["LustreCapacityGib"]),
                throughput_mb_s_per_tib=_whole_number(values["LustreThroughput"]),
            ),
            subnet=subnet,
            security_group=security_group,
            key=key,
        )
        links = _links(values)
        linked = LinkedBuckets(
            self,
            "Links",
            file_system_id=self.file_system.file_system_id,
            links=list(links.values()),
        )
        scratch = linked.associations[links[DataDirectory.SCRATCH].path]
        self.guard = self._custom_resource(
            "ScratchGuard", {"AssociationId": scratch.attr_association_id}
        )
        self.guard.node.add_dependency(linked)
        self._import(links, linked, awaited)

    def _import(
        self,
        links: Mapping[DataDirectory, LinkedBucket],
        linked: LinkedBuckets,
        awaited: Sequence[DataDirectory],
    ) -> None:
        imports = Construct(self, "Imports")
        before: Construct = linked
        for directory in import_order(list(links), awaited):
            link = links[directory]
            one = self._custom_resource(
                "MetadataImport",
                {
                    "AssociationId": linked.associations[link.path].attr_association_id,
                    "Path": link.path,
                    "RepositoryPath": link.repository_path,
                    "Wait": str(directory in awaited).lower(),
                },
                scope=imports,
                id_=link.id,
            )
            one.node.add_dependency(before, linked)
            before = one

    def _custom_resource(
        self,
        name: str,
        properties: Mapping[str, str],
        *,
        scope: Construct | None = None,
        id_: str | None = None,
    ) -> CustomResource:
        own = {each: self._values[each] for each in ("VlabId", "ProjectId", "Creation")}
        return CustomResource(
            scope or self,
            id_ or name,
            service_token=self._values[f"{name}Token"],
            resource_type=f"Custom::{name}",
            properties={**own, "FileSystemId": self.file_system.file_system_id, **properties},
        )


def import_order(
    directories: Sequence[DataDirectory], awaited: Sequence[DataDirectory]
) -> list[DataDirectory]:
    """Those that are awaited, then the others, and of each the shared bucket last: it's largest."""
    return sorted(directories, key=lambda each: (each not in awaited, each is DataDirectory.PUBLIC))


def mounted_buckets(values: Mapping[str, str]) -> tuple[BucketMount, ...]:
    """What a project's nodes mount from S3 without Lustre, beside a benchmark's."""
    return _mounts(
        public=values["PublicBucket"],
        project=values["ProjectBucket"],
        prefix=_prefix(values),
        containers=values.get("ContainersBucket"),
    )


def mounted_by_any_cluster(buckets: DataBuckets) -> tuple[BucketMount, ...]:
    """All that any project's may, which its roles' tags tell: what the boundary admits."""
    mounts = _mounts(
        public=buckets.public,
        project=buckets.project,
        prefix=_OWN_PREFIX,
        containers=buckets.containers,
    )
    return (*mounts, mounted_for_benchmarks(buckets.scratch))


def mounted_for_benchmarks(scratch: str) -> BucketMount:
    """All of scratch, for clusters whose tag says so."""
    return BucketMount(path="benchmark", bucket_name=scratch, only_with_tag=BENCHMARK_TAG)


def _links(values: Mapping[str, str]) -> dict[DataDirectory, LinkedBucket]:
    prefix = _prefix(values)
    links = {
        DataDirectory.SCRATCH: LinkedBucket(
            id="Scratch",
            path="/scratch",
            bucket_name=values["ScratchBucket"],
            prefix=prefix,
            export=True,
        ),
        DataDirectory.PRIVATE: LinkedBucket(
            id="Private",
            path="/project/private",
            bucket_name=values["ProjectBucket"],
            prefix=prefix,
        ),
        DataDirectory.PUBLIC: LinkedBucket(
            id="Public", path="/project/public", bucket_name=values["PublicBucket"]
        ),
    }
    containers = values.get("ContainersBucket")
    if containers:
        links[DataDirectory.CONTAINERS] = LinkedBucket(
            id="Containers", path="/containers", bucket_name=containers
        )
    return links


def _mounts(
    *, public: str, project: str, prefix: str, containers: str | None
) -> tuple[BucketMount, ...]:
    shared = [BucketMount(path="project/public", bucket_name=public)]
    if containers:
        shared.append(BucketMount(path="containers", bucket_name=containers))
    return (*shared, BucketMount(path="project/private", bucket_name=project, prefix=prefix))


def _prefix(values: Mapping[str, str]) -> str:
    return f"{values['VlabId']}/{values['ProjectId']}/"


def _whole_number(value: str) -> int:
    """A parameter's value where a number belongs: a token, which CDK writes as a float."""
    return cast("int", Token.as_number(value))
