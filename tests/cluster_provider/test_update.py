"""A cluster is updated where ParallelCluster can, replaced when its name changes."""

import pytest

from cluster_library_fake import FakeLibrary
from cluster_provider.errors import ClusterBusy, ClusterFailed, ClusterGone, UpdateRefused
from cluster_provider.model import Failure
from cluster_provider.provider import Provider
from cluster_provider_story import Resource

LARGER = {"Region": "us-east-1", "Scheduling": "larger"}


@pytest.fixture
def complete(resource: Resource, library: FakeLibrary) -> Resource:
    """A resource whose cluster is up."""
    resource.create()
    library.finish(resource.name)
    return resource


def test_a_changed_configuration_updates_the_cluster(
    complete: Resource, provider: Provider, library: FakeLibrary
) -> None:
    waiting = complete.update(configuration=LARGER)
    before = provider.is_complete(waiting)
    library.finish(complete.name)

    after = provider.is_complete(waiting)

    assert before == {"IsComplete": False}
    assert after["Data"]["ClusterStatus"] == "UPDATE_COMPLETE"
    assert library.configurations[complete.name]["Scheduling"] == "larger"


def test_the_same_configuration_in_another_spelling_changes_nothing(
    complete: Resource, provider: Provider, library: FakeLibrary
) -> None:
    waiting = complete.update(extra={"Creation": "00000000"})

    assert provider.is_complete(waiting)["Data"]["ClusterStatus"] == "CREATE_COMPLETE"


def test_another_name_is_another_cluster_and_the_old_one_is_deleted_afterwards(
    complete: Resource, provider: Provider, library: FakeLibrary
) -> None:
    old = complete.name
    waiting = complete.update(name="pcluster-other")
    library.finish("pcluster-other")
    assert provider.is_complete(waiting)["IsComplete"]

    complete.name = old  # CloudFormation sends what is replaced with its own properties
    waiting = complete.delete()
    library.finish(old)

    assert provider.is_complete(waiting)["IsComplete"]
    assert [*library.clusters] == ["pcluster-other"]


def test_what_parallelcluster_does_not_change_in_place_says_what_would_help(
    complete: Resource,
) -> None:
    with pytest.raises(UpdateRefused, match=r"UpdateRefused: HeadNode.InstanceType.* Restore it"):
        complete.update(configuration={"Region": "us-east-1", "HeadNode": "larger"})


def test_the_rollback_of_a_failed_update_succeeds(
    complete: Resource, provider: Provider, library: FakeLibrary
) -> None:
    first = complete.configuration
    waiting = complete.update(configuration=LARGER)
    library.fail(complete.name, Failure(code="ClusterUpdateFailure", reason="no capacity"))
    with pytest.raises(ClusterFailed, match="no capacity"):
        provider.is_complete(waiting)

    waiting = complete.update(configuration=first)

    assert provider.is_complete(waiting)["Data"]["ClusterStackStatus"] == "UPDATE_ROLLBACK_COMPLETE"


def test_a_cluster_at_work_is_not_updated(complete: Resource) -> None:
    complete.update(configuration=LARGER)

    with pytest.raises(ClusterBusy, match="UPDATE_IN_PROGRESS"):
        complete.update(configuration={"Region": "us-east-1", "Scheduling": "smaller"})


def test_a_cluster_that_is_gone_is_not_updated(complete: Resource, library: FakeLibrary) -> None:
    library.clusters.clear()

    with pytest.raises(ClusterGone):
        complete.update(configuration=LARGER)
