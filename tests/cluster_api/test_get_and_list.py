"""GET: one cluster as the Workflow Service reads it, and all of them."""

from cluster_api.model import Failure, Project
from cluster_api.names import cluster_name
from cluster_api_fake_world import FakeWorld
from cluster_api_world import LAB, READY, request

SERVING_REST = {
    "SlurmRestUrl": "https://10.0.0.7:8082",
    "SlurmRestCertificateSha256": "0a" * 32,
}
IDS = {"vlab_id": "lab", "project_id": "project"}


def test_there_is_none(world: FakeWorld) -> None:
    answer = world.call("GET", **IDS)

    assert answer.status == 404
    assert answer.body["requestId"] == "request-1"


def test_a_ready_cluster_has_the_fields_of_the_contract(world: FakeWorld) -> None:
    created = world.call("POST", **IDS).body["cluster"]
    world.cluster_is_ready()

    body = world.call("GET", **IDS).body

    assert isinstance(created, dict)
    assert body == {
        "clusterName": cluster_name(LAB),
        "clusterStatus": "CREATE_COMPLETE",
        "cloudFormationStackStatus": "CREATE_COMPLETE",
        "creationTime": "2026-01-02T03:04:05.000Z",
        "lastUpdatedTime": "2026-01-02T03:04:05.000Z",
        "region": "us-east-1",
        "version": "3.16.1",
        "scheduler": {"type": "slurm"},
        "computeFleetStatus": "RUNNING",
        "headNode": {
            "instanceId": "i-1",
            "instanceType": "m5.large",
            "launchTime": "2026-01-02T03:05:00.000Z",
            "privateIpAddress": "10.0.0.7",
            "state": "running",
        },
        "slurmRestUrl": None,
        "slurmRestCertificateSha256": None,
        "tags": [
            {"key": "obp:costcenter:vlabid", "value": "lab"},
            {"key": "obp:costcenter:project", "value": "project"},
            {"key": "SBO_Billing", "value": "hpc:parallelcluster"},
        ],
        "failures": [],
        "vlab_id": "lab",
        "project_id": "project",
        "tier": "debug",
        "clusterFsxId": "fs-1",
        "lustre": {"capacityGib": None, "throughputMbPerSecondPerTib": None},
        "data": {"export": None, "imports": []},
        "ssh_user": "sim",
        "private_ssh_key_arn": created["private_ssh_key_arn"],
        "user_private_ssh_key_arn": created["private_ssh_key_arn"],
        "admin_private_ssh_key_arn": created["admin_private_ssh_key_arn"],
    }


def test_where_slurm_s_rest_api_is_and_its_certificate_are_told_once_the_cluster_is_complete(
    world: FakeWorld,
) -> None:
    world.clusters.create(request())
    stack_id = world.stack_comes_up()
    before = world.call("GET", **IDS).body
    world.change(stack_id, "CREATE_COMPLETE", outputs={**READY, **SERVING_REST})

    after = world.call("GET", **IDS).body

    names = ("slurmRestUrl", "slurmRestCertificateSha256")
    assert [before[name] for name in names] == [None, None]
    assert [after[name] for name in names] == ["https://10.0.0.7:8082", "0a" * 32]
    assert world.record().slurm_rest_certificate_sha256 == "0a" * 32


def test_no_address_is_told_of_which_nobody_knows_the_certificate(world: FakeWorld) -> None:
    world.clusters.create(request())
    stack_id = world.stack_comes_up()
    untold = {**SERVING_REST, "SlurmRestCertificateSha256": ""}
    world.change(stack_id, "CREATE_COMPLETE", outputs={**READY, **untold})

    body = world.call("GET", **IDS).body

    assert (body["slurmRestUrl"], body["slurmRestCertificateSha256"]) == (None, None)


def test_a_ready_cluster_is_told_though_its_event_was_lost(world: FakeWorld) -> None:
    world.clusters.create(request())
    stack_id = world.stack_comes_up()
    world.stacks.become(stack_id, "CREATE_COMPLETE", outputs={"ClusterStackArn": "arn"})

    assert world.call("GET", **IDS).body["clusterStatus"] == "CREATE_COMPLETE"


def test_a_failure_says_its_cause_though_all_events_were_lost(world: FakeWorld) -> None:
    world.clusters.create(request())
    stack_id = world.stack_comes_up()
    world.stacks.become(stack_id, "ROLLBACK_IN_PROGRESS", reason="[Cluster] failed to create")

    body = world.call("GET", **IDS).body

    assert body["clusterStatus"] == "CREATE_FAILED"
    assert body["failures"] == [
        {"failureCode": "ClusterCreationFailure", "failureReason": "[Cluster] failed to create"}
    ]


def test_what_the_provider_recorded_is_shown(world: FakeWorld) -> None:
    world.clusters.create(request())
    failure = Failure(code="HeadNodeBootstrapFailure", reason="Chef failed.")
    record = world.record()
    world.stack_comes_up()
    world.registry.save(
        type(record)(**{**vars(world.record()), "failures": (failure,)}), world.record()
    )
    world.creation_fails(reason="[Cluster] failed to create")

    assert world.call("GET", **IDS).body["failures"] == [
        {"failureCode": "HeadNodeBootstrapFailure", "failureReason": "Chef failed."}
    ]


def test_an_update_is_one_and_then_the_cluster_is_complete(world: FakeWorld) -> None:
    world.clusters.create(request())
    stack_id = world.cluster_is_ready()

    world.change(stack_id, "UPDATE_IN_PROGRESS")
    during = world.call("GET", **IDS).body["clusterStatus"]
    world.change(stack_id, "UPDATE_COMPLETE")
    after = world.call("GET", **IDS).body["clusterStatus"]

    assert (during, after) == ("UPDATE_IN_PROGRESS", "CREATE_COMPLETE")


def test_a_list_has_all_clusters_or_those_of_a_lab(world: FakeWorld) -> None:
    for vlab_id, project_id in [("lab", "a"), ("lab", "b"), ("lab-2", "a")]:
        world.clusters.create(request(Project(vlab_id=vlab_id, project_id=project_id), tier="prod"))

    everything = world.call("GET").body["clusters"]
    of_lab = world.call("GET", vlab_id="lab").body["clusters"]

    assert isinstance(everything, list)
    assert isinstance(of_lab, list)
    assert {(each["vlab_id"], each["project_id"]) for each in everything} == {
        ("lab", "a"),
        ("lab", "b"),
        ("lab-2", "a"),
    }
    assert [each["project_id"] for each in of_lab] == ["a", "b"]
    assert of_lab[0] == {
        "clusterName": cluster_name(Project(vlab_id="lab", project_id="a")),
        "clusterStatus": "CREATE_IN_PROGRESS",
        "cloudformationStackArn": None,
        "cloudformationStackStatus": "CREATE_IN_PROGRESS",
        "region": "us-east-1",
        "version": None,
        "scheduler": {"type": "slurm"},
        "vlab_id": "lab",
        "project_id": "a",
        "tier": "prod",
    }


def test_a_long_list_comes_in_pages(world: FakeWorld) -> None:
    subnets = [f"subnet-{number}" for number in range(450)]
    world.subnets.zones = {"us-east-1a": subnets}
    for number in range(450):
        world.clusters.create(request(Project(vlab_id="lab", project_id=f"p{number}")))

    seen: list[object] = []
    token: dict[str, str] = {}
    while True:
        body = world.call("GET", **token).body
        clusters = body["clusters"]
        assert isinstance(clusters, list)
        seen += [each["project_id"] for each in clusters]
        if "nextToken" not in body:
            break
        token = {"nextToken": str(body["nextToken"])}

    assert len(seen) == len(set(seen)) == 450


def test_a_wrong_token_is_a_400(world: FakeWorld) -> None:
    for token in ("", "x", "!", "bGFi", "bGFiLy4uL3g", "é", "bGFiL3Byb2plY3QK"):
        answer = world.call("GET", nextToken=token)

        assert answer.status == 400
        assert "nextToken" in str(answer.body["message"])


def test_a_token_of_another_lab_is_a_400(world: FakeWorld) -> None:
    assert world.call("GET", nextToken="bGFiL3Byb2plY3Q").status == 200
    assert world.call("GET", nextToken="bGFiL3Byb2plY3Q", vlab_id="lab").status == 200
    assert world.call("GET", nextToken="bGFiL3Byb2plY3Q", vlab_id="other").status == 400
