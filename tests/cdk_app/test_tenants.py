"""What a cluster's roles may do to their own things, and to other clusters'."""

from pathlib import Path
from typing import Any

import pytest

from generated_cluster import NAME, GeneratedCluster
from iam_evaluation import Principal, ResourcePolicy, evaluate
from node_roles import HEAD
from synthesised import Template, resources
from tenants import Row, Tenants, read_table

TABLE = read_table(Path(__file__).parent / "tenants.yaml")


@pytest.mark.parametrize("row", TABLE, ids=[row.what for row in TABLE])
def test_a_cluster_reaches_what_the_table_says(row: Row, tenants: Tenants) -> None:
    assert tenants.differences([row]) == []


def test_the_head_node_tags_what_it_launches_as_each_launch_template_says(
    tenants: Tenants, generated_cluster: GeneratedCluster
) -> None:
    (head,) = tenants.roles[HEAD]

    refused = [
        (id_, kind)
        for id_, kind, tags in _launch_tags(generated_cluster.queues)
        if not evaluate(head, "ec2:CreateTags", _arn(tenants, kind), _context(tags)).allowed
    ]

    assert refused == []
    assert len([*_launch_tags(generated_cluster.queues)]) > 2


def test_nobody_mounts_without_a_role(tenants: Tenants) -> None:
    """The file system's policy lets anybody write who has mounted, and nobody mount."""
    anybody = Principal(arn="anonymous")
    policy = ResourcePolicy(document=tenants.ours.file_system)
    context = {
        "aws:SecureTransport": "true",
        "elasticfilesystem:AccessPointArn": "arn:aws:elasticfilesystem:us-east-1:0:access-point/a",
        "elasticfilesystem:AccessedViaMountTarget": "true",
    }

    mount = evaluate(anybody, "elasticfilesystem:ClientMount", "*", context, resource_policy=policy)

    assert not mount.allowed


def test_a_role_without_the_cluster_s_tag_reaches_nothing_of_any_cluster(tenants: Tenants) -> None:
    (head,) = tenants.roles[HEAD]
    untagged = Principal(
        arn=head.arn, policies=head.policies, boundary=head.boundary, account=head.account
    )
    table = f"arn:aws:dynamodb:us-east-1:{head.account}:table/parallelcluster-{NAME}"

    assert evaluate(head, "dynamodb:GetItem", table).allowed
    assert not evaluate(untagged, "dynamodb:GetItem", table).allowed


def _launch_tags(queues: Template) -> list[tuple[str, str, dict[str, str]]]:
    """Of each launch template, what it tags and how."""
    return [
        (id_, specification["ResourceType"], {t["Key"]: t["Value"] for t in specification["Tags"]})
        for id_, template in resources(queues, "AWS::EC2::LaunchTemplate").items()
        for specification in template["Properties"]["LaunchTemplateData"]["TagSpecifications"]
    ]


def _arn(tenants: Tenants, kind: str) -> str:
    place = f"{tenants.parameters['AWS::Region']}:{tenants.parameters['AWS::AccountId']}"
    return f"arn:aws:ec2:{place}:{kind}/1"


def _context(tags: dict[str, str]) -> dict[str, Any]:
    return {
        "ec2:CreateAction": "RunInstances",
        "aws:TagKeys": [*tags],
        **{f"aws:RequestTag/{key}": value for key, value in tags.items()},
    }
