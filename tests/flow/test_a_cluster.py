"""From POST to a head node, and back to nothing."""

import time
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import load_ssh_private_key

from deployed_application import Application, wait_until

IDS = {"project_id": "my-project", "vlab_id": "2025-10-29-14h05"}


def test_a_cluster_is_made_shown_and_deleted_without_a_trace(application: Application) -> None:
    before = application.inventory()

    created = application.client.post(**IDS)

    assert created.status == 200
    cluster = created.body["cluster"]
    assert cluster["clusterStatus"] == "CREATE_REQUEST_RECEIVED"
    for name in ("private_ssh_key_arn", "admin_private_ssh_key_arn"):
        load_ssh_private_key(application.client.private_key(cluster[name]).encode(), None)
    assert application.client.get(**IDS).body["clusterStatus"] == "CREATE_IN_PROGRESS"

    shown = application.wait_for("CREATE_COMPLETE", **IDS)

    assert shown["headNode"]["privateIpAddress"].startswith("10.33.")
    assert shown["headNode"]["instanceType"] == "t3.medium"
    assert shown["version"] == "3.16.1"
    assert shown["clusterFsxId"].startswith("fs-")
    wait_until(lambda: _listed(application)["clusterStatus"] == "CREATE_COMPLETE")

    deleted = application.client.delete(**IDS)

    assert deleted.status == 200
    assert deleted.body["cluster"]["clusterStatus"] == "DELETE_IN_PROGRESS"
    application.wait_until_gone(**IDS)
    assert application.left_since(before) == frozenset()


def test_two_projects_at_once_have_two_subnets_and_one_stays_when_the_other_goes(
    application: Application,
) -> None:
    one = {"project_id": "one", "vlab_id": "lab"}
    two = {"project_id": "two", "vlab_id": "lab"}
    for ids in (one, two):
        assert application.client.post(**ids, include_lustre="false").status == 200
    first = application.wait_for("CREATE_COMPLETE", **one)
    application.wait_for("CREATE_COMPLETE", **two)
    second = _as_written(application, two)

    application.client.delete(**one)
    application.wait_until_gone(**one)

    assert _subnet(first) != _subnet(second)
    assert application.client.get(**two).body == second
    application.client.delete(**two)
    application.wait_until_gone(**two)


def _listed(application: Application) -> dict[str, Any]:
    """The cluster as the list has it, which is what the listener has written."""
    [listed] = application.client.get(vlab_id=IDS["vlab_id"]).body["clusters"]
    return dict(listed)


def _as_written(application: Application, ids: dict[str, str]) -> dict[str, Any]:
    """The cluster once the listener has written what GET has seen before, at a time of its own."""
    same = application.wait(lambda told: told.body == application.client.get(**ids).body, **ids)
    return dict(same.body)


def _subnet(cluster: dict[str, dict[str, str]]) -> str:
    return cluster["headNode"]["privateIpAddress"].rpartition(".")[0]


def test_the_same_request_again_makes_nothing_new(application: Application) -> None:
    ids = {"project_id": "again", "vlab_id": "lab"}
    first = application.client.post(**ids, include_lustre="false")
    before = application.inventory()

    second = application.client.post(**ids, include_lustre="false")

    assert second.body == first.body
    secrets = {name for what, name in application.inventory() - before if what == "secret"}
    assert not secrets
    application.client.delete(**ids)
    application.wait_until_gone(**ids)


@pytest.mark.parametrize("seconds", [0, 3])
def test_a_cluster_deleted_while_it_is_made_leaves_no_trace(
    application: Application, seconds: int
) -> None:
    """At once, or while ParallelCluster is at work in the provider."""
    ids = {"project_id": f"changed-my-mind-{seconds}", "vlab_id": "lab"}
    before = application.inventory()
    application.client.post(**ids, include_lustre="false")
    time.sleep(seconds)

    assert application.client.delete(**ids).status == 200

    application.wait_until_gone(**ids)
    assert application.left_since(before) == frozenset()


@pytest.mark.parametrize("call", ["get", "delete"])
def test_a_cluster_that_is_not_there_is_a_404(application: Application, call: str) -> None:
    answer = getattr(application.client, call)(project_id="nobody", vlab_id="nowhere")

    assert answer.status == 404
    assert "nobody" in answer.body["message"]


def test_the_version_is_the_one_that_was_deployed(application: Application) -> None:
    assert application.client.version().body == {"version": "1.2.3-test"}
