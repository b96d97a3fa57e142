"""Who subscribed is told what becomes of a cluster, and needs no GET."""

from deployed_application import Application
from state_change_schema import EVENT, faults
from subscriber import Subscriber


def test_a_subscriber_is_told_of_a_cluster_from_its_creation_to_its_end(
    application: Application,
) -> None:
    ids = {"project_id": "told", "vlab_id": "lab"}
    subscriber = Subscriber.of(application, "told")
    created = application.client.post(**ids, include_lustre="false").body["cluster"]

    making = subscriber.events_until("CREATE_COMPLETE")
    shown = application.client.get(**ids).body
    application.client.delete(**ids)
    deleting = subscriber.events_until("DELETE_COMPLETE")

    events = [*making, *deleting]
    assert [(event["detail"]["oldState"], event["detail"]["newState"]) for event in events] == [
        (None, "CREATE_IN_PROGRESS"),
        ("CREATE_IN_PROGRESS", "CREATE_COMPLETE"),
        ("CREATE_COMPLETE", "DELETE_IN_PROGRESS"),
        ("DELETE_IN_PROGRESS", "DELETE_COMPLETE"),
    ]
    for event in events:
        assert faults(EVENT, event) == []
        assert event["detail"].items() >= ids.items()
        assert event["detail"]["clusterName"] == created["clusterName"]
    revisions = [event["detail"]["revision"] for event in events]
    assert revisions == sorted(set(revisions))
    assert len({event["detail"]["creation"] for event in events}) == 1
    complete = making[-1]["detail"]
    same_as_get = ("headNode", "clusterFsxId", "version", "creationTime", "private_ssh_key_arn")
    assert {name: complete[name] for name in same_as_get} == {
        name: shown[name] for name in same_as_get
    }
    assert complete["private_ssh_key_arn"] == created["private_ssh_key_arn"]
    assert application.client.get(**ids).status == 404
