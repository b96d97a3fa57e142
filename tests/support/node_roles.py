"""The roles of a generated cluster, with every policy that is attached to them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from aws_managed_policies import BY_ARN
from cdk_app.project_data import BENCHMARK_TAG
from cloudformation_values import resolved
from generated_cluster import NAME, GeneratedCluster
from iam_evaluation import Principal
from iam_policies import Document
from synthesised import Synthesised, Template, resources, the_resource

HEAD, COMPUTE, CLEANING_UP, ANYTHING = "head", "compute", "cleaning up", "anything"
PLAIN, UNBOUNDED = "without lustre", "without lustre or boundary"
LINKED_UNBOUNDED = "without boundary"
BENCHMARK, BENCHMARK_PLAIN = "benchmark", "benchmark without lustre"
BENCHMARK_UNBOUNDED, BENCHMARK_ANYTHING = "benchmark without boundary", "benchmark, anything"
SUFFIX = "0123456789abcdef"
"""Of the directory of ParallelCluster's own files."""
_EVERYTHING: Document = {
    "Version": "2012-10-17",
    "Statement": [{"Sid": "Everything", "Effect": "Allow", "Action": "*", "Resource": "*"}],
}
_STACK_ID = f"arn:aws:cloudformation:{{region}}:{{account}}:stack/{NAME}{{nested}}/0f1e2d3c"
NESTED = "-ComputeFleetQueuesNestedStackQueuesNestedStackResource4C142E85-1A2B3C4D5E6F"


@dataclass(frozen=True, kw_only=True)
class OurPolicies:
    """What we confine clusters by.

    Attributes:
        boundary: of all roles.
        cluster: attached to nodes' roles.
        plain: the same of a cluster without Lustre.
        file_system: the policy of EFS itself.
        artifacts: of the bucket of ParallelCluster's own files.
    """

    boundary: Document
    cluster: Document
    plain: Document
    file_system: Document
    artifacts: Document

    @classmethod
    def of(cls, environment: Synthesised, cluster: GeneratedCluster, *, plain: str) -> Self:
        """Read them from the templates, in terms of the cluster's parameters.

        `plain` is the published template of the same tier without Lustre.
        """
        stacks = environment.stacks()
        shared = stacks["SharedData"]
        named = _shared_names([shared, stacks["Keys"], stacks["Surroundings"]], cluster.parameters)
        (boundary,) = (
            policy["Properties"]["PolicyDocument"]
            for id_, policy in resources(stacks["Provisioner"], "AWS::IAM::ManagedPolicy").items()
            if id_.startswith("NodePermissionsBoundary")
        )
        (artifacts,) = (
            policy["Properties"]["PolicyDocument"]
            for id_, policy in resources(shared, "AWS::S3::BucketPolicy").items()
            if id_.startswith("Artifacts")
        )
        own, without_lustre = (
            the_resource(template, "AWS::IAM::ManagedPolicy")["Properties"]["PolicyDocument"]
            for template in (cluster.published, environment.published()[plain])
        )
        return cls(
            boundary=resolved(boundary, named),
            cluster=resolved(own, cluster.parameters),
            plain=resolved(without_lustre, cluster.parameters),
            file_system=resolved(
                the_resource(shared, "AWS::EFS::FileSystem")["Properties"]["FileSystemPolicy"],
                named,
            ),
            artifacts=resolved(artifacts, named),
        )


def node_roles(cluster: GeneratedCluster, ours: OurPolicies) -> dict[str, tuple[Principal, ...]]:
    """The roles by kind: the head node's, those of the queues, that of the clean-up function.

    And some that ParallelCluster doesn't make: the head node's, if its own policies allowed all;
    the same without Lustre, where its policy differs; each of the two policies alone, without the
    boundary; and some of these as a benchmark's, which ParallelCluster tags so.

    Raises:
        AssertionError: a role has another boundary, or a policy that is not known here.
    """
    found = {
        HEAD: [*_roles(cluster, cluster.root, "", "RoleHeadNode", ours)],
        CLEANING_UP: [*_roles(cluster, cluster.root, "", "CleanupResources", ours)],
        COMPUTE: [*_roles(cluster, cluster.queues, NESTED, "Role", ours)],
    }
    made = [
        *resources(cluster.root, "AWS::IAM::Role"),
        *resources(cluster.queues, "AWS::IAM::Role"),
    ]
    assert sum(map(len, found.values())) == len(made), f"roles of another kind: {made}"
    (head,) = found[HEAD]
    found[ANYTHING] = [replace(head, policies=[_EVERYTHING, ours.cluster])]
    own = [ours.plain if each == ours.cluster else each for each in head.policies]
    found[PLAIN] = [replace(head, policies=own)]
    found[UNBOUNDED] = [replace(head, policies=[ours.plain], boundary=None)]
    found[LINKED_UNBOUNDED] = [replace(head, policies=[ours.cluster], boundary=None)]
    for kind, like in (
        (BENCHMARK, HEAD),
        (BENCHMARK_PLAIN, PLAIN),
        (BENCHMARK_UNBOUNDED, LINKED_UNBOUNDED),
        (BENCHMARK_ANYTHING, ANYTHING),
    ):
        found[kind] = [
            replace(one, tags={**one.tags, BENCHMARK_TAG: "true"}) for one in found[like]
        ]
    return {kind: tuple(roles) for kind, roles in found.items()}


def _roles(
    cluster: GeneratedCluster, template: Template, nested: str, prefix: str, ours: OurPolicies
) -> Iterator[Principal]:
    parameters = cluster.parameters
    account, region = parameters["AWS::AccountId"], parameters["AWS::Region"]
    values = {
        **parameters,
        "AWS::StackId": _STACK_ID.format(region=region, account=account, nested=nested),
    }
    attached = {
        **BY_ARN,
        f"arn:aws:iam::{account}:policy/parallelcluster/cluster": ours.cluster,
    }
    for id_, resource in resources(template, "AWS::IAM::Role").items():
        if not id_.startswith(prefix):
            continue
        role = resource["Properties"]
        assert role["PermissionsBoundary"] == parameters["PermissionsBoundaryArn"], id_
        documents = [
            *(attached[resolved(arn, values)] for arn in role.get("ManagedPolicyArns", [])),
            *_inline(id_, role, template),
        ]
        yield Principal(
            arn=f"arn:aws:iam::{account}:role{role['Path']}{NAME}-{id_}-1A2B3C4D5E6F",
            policies=[_in_its_directory(resolved(document, values)) for document in documents],
            boundary=ours.boundary,
            # CloudFormation gives the stack's tags to what it makes.
            tags={"parallelcluster:cluster-name": NAME, **_tags_of(cluster)},
            account=account,
        )


def _tags_of(cluster: GeneratedCluster) -> dict[str, str]:
    """Those that we have ParallelCluster give to the cluster's stack."""
    asked = the_resource(cluster.published, "Custom::ParallelCluster")["Properties"]
    configuration = json.loads(resolved(asked["ClusterConfiguration"], cluster.parameters))
    return {tag["Key"]: tag["Value"] for tag in configuration["Tags"]}


def _inline(id_: str, role: Mapping[str, Any], template: Template) -> Iterator[Document]:
    for policy in role.get("Policies", []):
        yield policy["PolicyDocument"]
    for policy in resources(template, "AWS::IAM::Policy").values():
        if {"Ref": id_} in policy["Properties"]["Roles"]:
            yield policy["Properties"]["PolicyDocument"]


def _in_its_directory(document: Document) -> Document:
    """With a suffix that we know for the random one of the cluster's directory."""
    directory = f"/clusters/{NAME}-"

    def known(value: Any) -> Any:
        match value:
            case str() if directory in value:
                before, _, after = value.partition(directory)
                suffix, _, rest = after.partition("/")
                assert len(suffix) == len(SUFFIX), f"a directory's suffix is no longer so: {value}"
                return f"{before}{directory}{SUFFIX}/{rest}"
            case list():
                return [known(one) for one in value]
            case dict():
                return {key: known(one) for key, one in value.items()}
            case _:
                return value

    return dict(known(document))


def _shared_names(shared: Sequence[Template], parameters: Mapping[str, str]) -> dict[str, str]:
    """What others call the shared resources, and what they are called within their stacks."""
    account, region = parameters["AWS::AccountId"], parameters["AWS::Region"]
    file_system = f"file-system/{parameters['FileSystemId']}"
    arns = {
        "Artifacts": f"arn:aws:s3:::{parameters['ArtifactsBucket']}",
        "Data": parameters["DataKeyArn"],
        "FileSystem": f"arn:aws:elasticfilesystem:{region}:{account}:{file_system}",
    }
    named = dict(parameters)
    for template in shared:
        for id_ in resources(template, "AWS::S3::Bucket"):
            for prefix in ("Projects", "Public", "Scratch"):
                if id_.startswith(prefix):
                    named[id_] = parameters[f"{prefix.removesuffix('s')}Bucket"]
        for id_ in resources(template, "AWS::S3::Bucket", "AWS::EFS::FileSystem", "AWS::KMS::Key"):
            for prefix, arn in arns.items():
                if id_.startswith(prefix):
                    named[f"{id_}.Arn"] = arn
        for output in template["Outputs"].values():
            if "Export" in output:
                named[output["Export"]["Name"]] = resolved(output["Value"], named)
    return named
