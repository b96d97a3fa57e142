"""A cluster is created, once, however often it is asked for."""

import pytest

from cluster_library_fake import FakeLibrary
from cluster_provider.errors import (
    ClusterExists,
    ClusterFailed,
    ClusterGone,
    InvalidConfiguration,
    TemporarilyUnavailable,
)
from cluster_provider.model import Failure
from cluster_provider.provider import Provider
from cluster_provider_story import RECORD, FakeRegistry, Resource


def test_a_creation_ends_with_the_head_node_s_address(
    resource: Resource, provider: Provider, library: FakeLibrary
) -> None:
    waiting = resource.create()
    before = provider.is_complete(waiting)
    library.finish(resource.name)

    after = provider.is_complete(waiting)

    assert before == {"IsComplete": False}
    assert waiting["PhysicalResourceId"] == resource.name
    assert after == {
        "IsComplete": True,
        "Data": {
            "ClusterStackArn": library.clusters[resource.name].stack_arn,
            "ClusterStackStatus": "CREATE_COMPLETE",
            "ClusterStatus": "CREATE_COMPLETE",
            "Version": "3.16.1",
            "ComputeFleetStatus": "RUNNING",
            "HeadNodeInstanceId": "i-0123456789abcdef0",
            "HeadNodeInstanceType": "t3.medium",
            "HeadNodeLaunchTime": "2026-01-02T03:04:05.000Z",
            "HeadNodePrivateIp": "10.0.0.10",
            "HeadNodeState": "running",
        },
    }


def test_the_configuration_is_handed_on_as_it_is_but_for_the_owner_s_tag(
    resource: Resource, library: FakeLibrary
) -> None:
    resource.configuration["Tags"] = [{"Key": "project", "Value": "p"}]
    resource.extra["SuppressValidators"] = '["type:SubnetsValidator"]'

    resource.create()

    assert library.configurations[resource.name] == {
        "Region": "us-east-1",
        "Tags": [
            {"Key": "project", "Value": "p"},
            {"Key": "hpc:owner", "Value": "11111111-2222/Cluster"},
        ],
    }
    assert library.suppressed[resource.name] == ("type:SubnetsValidator",)


def test_the_waiter_does_not_carry_the_configuration(resource: Resource) -> None:
    waiting = resource.create()

    assert "ClusterConfiguration" not in waiting["ResourceProperties"]
    assert "region" not in str(waiting).lower()


def test_a_repeated_request_goes_on_with_the_cluster_that_it_began(
    resource: Resource, provider: Provider, library: FakeLibrary
) -> None:
    resource.create()

    waiting = resource.create()

    library.finish(resource.name)
    assert provider.is_complete(waiting)["IsComplete"]


def test_another_stack_s_cluster_of_that_name_is_left_alone(
    resource: Resource, stranger: Resource, library: FakeLibrary
) -> None:
    stranger.create()
    before = library.clusters[resource.name]

    with pytest.raises(ClusterExists, match=r"ClusterExists: .* belongs to 99999999-8888/Cluster"):
        resource.create()

    assert library.clusters[resource.name] == before


def test_a_refused_configuration_says_why_in_parallelcluster_s_words(
    resource: Resource, registry: FakeRegistry
) -> None:
    resource.configuration = {"HeadNode": {}}

    with pytest.raises(InvalidConfiguration, match="InvalidConfiguration: ConfigSchemaValidator"):
        resource.create()

    (failure,) = registry.failures[RECORD]
    assert failure.code == "InvalidConfiguration"


def test_a_failed_head_node_says_where_to_look(
    resource: Resource, provider: Provider, library: FakeLibrary, registry: FakeRegistry
) -> None:
    waiting = resource.create()
    library.fail(
        resource.name,
        Failure(code="HeadNodeBootstrapFailure", reason="Failed to set up the head node."),
        Failure(code="HeadNodeBootstrapFailure", reason="Wait: Failed to run chef recipe x"),
    )

    with pytest.raises(ClusterFailed) as failed:
        provider.is_complete(waiting)

    assert str(failed.value).startswith("HeadNodeBootstrapFailure: Failed to set up the head node.")
    assert f"/aws/parallelcluster/{resource.name}-<time>" in str(failed.value)
    assert "Failed to run chef recipe x" in str(failed.value)
    assert [f.code for f in registry.failures[RECORD]] == ["HeadNodeBootstrapFailure"] * 2


def test_a_cluster_that_somebody_deleted_meanwhile_is_a_failure(
    resource: Resource, provider: Provider, library: FakeLibrary
) -> None:
    waiting = resource.create()
    library.clusters.clear()

    with pytest.raises(ClusterGone, match="deleted by somebody else"):
        provider.is_complete(waiting)


def test_a_throttled_question_is_asked_again(
    resource: Resource, provider: Provider, library: FakeLibrary, registry: FakeRegistry
) -> None:
    waiting = resource.create()
    library.next_error = TemporarilyUnavailable("Rate exceeded.")

    assert provider.is_complete(waiting) == {"IsComplete": False}
    assert registry.failures == {}
