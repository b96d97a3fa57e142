"""A cluster is deleted; what is gone, or never was this resource's, is not touched."""

import pytest

from cluster_library_fake import FakeLibrary
from cluster_provider.errors import ClusterFailed, CreationCancelled
from cluster_provider.model import Failure
from cluster_provider.provider import Provider
from cluster_provider_story import RECORD, FakeRegistry, FakeStacks, Resource


def test_a_deletion_is_complete_when_the_cluster_is_gone(
    resource: Resource, provider: Provider, library: FakeLibrary
) -> None:
    resource.create()
    library.finish(resource.name)
    waiting = resource.delete()
    before = provider.is_complete(waiting)
    library.finish(resource.name)

    after = provider.is_complete(waiting)

    assert (before, after) == ({"IsComplete": False}, {"IsComplete": True})


def test_to_delete_what_is_gone_succeeds(resource: Resource, provider: Provider) -> None:
    waiting = resource.delete()

    assert provider.is_complete(waiting) == {"IsComplete": True}


def test_a_deletion_needs_no_readable_properties(resource: Resource, provider: Provider) -> None:
    resource.extra = {"ClusterConfiguration": "no JSON"}

    waiting = resource.delete()

    assert provider.is_complete(waiting) == {"IsComplete": True}


def test_another_stack_s_cluster_of_that_name_is_not_deleted(
    resource: Resource, stranger: Resource, provider: Provider, library: FakeLibrary
) -> None:
    stranger.create()

    waiting = resource.delete()

    assert provider.is_complete(waiting) == {"IsComplete": True}
    assert library.clusters[resource.name].status == "CREATE_IN_PROGRESS"


def test_a_failed_deletion_names_the_resource_and_can_be_tried_again(
    resource: Resource, provider: Provider, library: FakeLibrary
) -> None:
    resource.create()
    waiting = resource.delete()
    reason = "ComputeSecurityGroup (AWS::EC2::SecurityGroup): has a dependent object"
    library.fail(resource.name, Failure(code="ClusterDeletionFailure", reason=reason))

    with pytest.raises(ClusterFailed, match=r"ComputeSecurityGroup.*then delete again"):
        provider.is_complete(waiting)

    waiting = resource.delete()
    library.finish(resource.name)
    assert provider.is_complete(waiting) == {"IsComplete": True}


def test_a_rollback_s_failed_deletion_does_not_hide_why_the_creation_failed(
    resource: Resource, provider: Provider, library: FakeLibrary, registry: FakeRegistry
) -> None:
    waiting = resource.create()
    library.fail(resource.name, Failure(code="EfsMountFailure", reason="Failed to mount EFS."))
    with pytest.raises(ClusterFailed):
        provider.is_complete(waiting)
    waiting = resource.delete()
    library.fail(resource.name, Failure(code="ClusterDeletionFailure", reason="in use"))

    with pytest.raises(ClusterFailed):
        provider.is_complete(waiting)

    codes = [failure.code for failure in registry.failures[RECORD]]
    assert codes == ["EfsMountFailure", "ClusterDeletionFailure"]


def test_a_cancelled_creation_is_deleted_under_the_id_that_cloudformation_made_up(
    resource: Resource, provider: Provider, library: FakeLibrary
) -> None:
    resource.create()

    waiting = resource.delete(physical_id="hpc-stack-Cluster-1A2B3C")
    library.finish(resource.name)

    assert waiting["PhysicalResourceId"] == "hpc-stack-Cluster-1A2B3C"
    assert provider.is_complete(waiting) == {"IsComplete": True}
    assert library.describe(resource.name) is None


def test_a_cluster_whose_stack_went_meanwhile_is_deleted_by_who_made_it(
    resource: Resource, stacks: FakeStacks, library: FakeLibrary
) -> None:
    stacks.gone.add(resource.stack)

    with pytest.raises(CreationCancelled, match=resource.name):
        resource.create()

    library.finish(resource.name)
    assert library.describe(resource.name) is None
