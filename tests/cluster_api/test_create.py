"""POST: a cluster for a project, once."""

from datetime import timedelta

import pytest

from cluster_api.errors import AwsUnavailable, StackRefused
from cluster_api.model import State
from cluster_api.names import cluster_name
from cluster_api.survey import Lease
from cluster_api_fake_world import FakeWorld
from cluster_api_world import BASE_URL, LAB, request

IDS = {"vlab_id": "lab", "project_id": "project"}


def test_the_answer_is_the_one_of_the_contract(world: FakeWorld) -> None:
    answer = world.call("POST", **IDS)

    name = cluster_name(LAB)
    keys = world.record().keys
    assert answer.status == 200
    assert answer.body == {
        "cluster": {
            "clusterName": name,
            "clusterStatus": "CREATE_REQUEST_RECEIVED",
            "ssh_user": "sim",
            "private_ssh_key_arn": f"arn:hpc/{name}/{keys}/sim",
            "user_private_ssh_key_arn": f"arn:hpc/{name}/{keys}/sim",
            "admin_private_ssh_key_arn": f"arn:hpc/{name}/{keys}/admin",
        }
    }


def test_the_very_next_get_says_that_it_is_in_progress(world: FakeWorld) -> None:
    world.call("POST", **IDS)

    assert world.call("GET", **IDS).body["clusterStatus"] == "CREATE_IN_PROGRESS"


def test_the_stack_is_told_all_that_it_needs(world: FakeWorld) -> None:
    world.clusters.create(request(include_lustre=False))

    record = world.record()
    (launch,) = world.stacks.launches
    assert launch.template_url == f"{BASE_URL}p.json"
    assert launch.token == record.creation
    assert launch.parameters == {
        "Token": "arn:provider",
        "ClusterName": record.cluster_name,
        "VlabId": "lab",
        "ProjectId": "project",
        "Creation": record.creation,
        "SubnetId": record.subnet_id,
        "AdminKeyName": f"{record.cluster_name}-{record.keys}-admin",
        "SimPublicKey": record.sim_public_key,
    }
    assert launch.tags == {
        "obp:costcenter:vlabid": "lab",
        "obp:costcenter:project": "project",
        "SBO_Billing": "hpc:parallelcluster",
        "hpc:creation": record.creation,
        "hpc:cluster": record.cluster_name,
    }


def test_the_stack_is_told_of_a_benchmark_only_if_it_is_one(world: FakeWorld) -> None:
    world.clusters.create(request())

    (launch,) = world.stacks.launches
    assert "Benchmark" not in launch.parameters


def test_again_it_is_the_same_answer_and_nothing_new(world: FakeWorld) -> None:
    first = world.call("POST", **IDS)
    while_launching = world.call("POST", **IDS)
    world.stack_comes_up()
    while_creating = world.call("POST", **IDS)
    world.change(world.record().stack_id or "", "CREATE_COMPLETE")
    when_ready = world.call("POST", **IDS)

    assert first.body == while_launching.body == while_creating.body == when_ready.body
    assert len(world.stacks.launches) == 1
    assert world.keys.made == 1


def test_another_size_is_a_conflict_that_names_it(world: FakeWorld) -> None:
    world.call("POST", **IDS)

    answer = world.call("POST", **IDS, tier="prod", include_lustre="false")

    assert answer.status == 409
    assert "Retry-After" not in answer.headers
    assert 'tier is "debug", asked for was "prod"' in str(answer.body["message"])
    assert "include_lustre" in str(answer.body["message"])


def test_a_subnet_is_in_one_of_the_zones_of_the_tier(world: FakeWorld) -> None:
    for number in range(2):
        world.call("POST", vlab_id="lab", project_id=f"p{number}")

    refused = world.call("POST", vlab_id="lab", project_id="p2")

    assert refused.status == 503
    assert refused.headers["Retry-After"]
    assert "debug" in str(refused.body["message"])
    assert set(world.registry.leases) == {"subnet-1", "subnet-2"}
    assert world.call("POST", vlab_id="lab", project_id="p2", tier="prod").status == 200


def test_a_refused_project_leaves_nothing(world: FakeWorld) -> None:
    world.subnets.zones = {}

    world.call("POST", **IDS)

    world.assert_nothing_left()


def test_a_full_pool_is_searched_to_its_end(world: FakeWorld) -> None:
    subnets = [f"subnet-{number}" for number in range(250)]
    world.subnets.zones = {"us-east-1a": subnets}
    world.registry.leases = {
        each: Lease(subnet_id=each, holder="somebody/else", creation="0", since=None)
        for each in subnets
        if each[-2:] != "-7"
    }

    world.call("POST", **IDS)

    assert world.record().subnet_id == "subnet-7"


def test_a_refused_stack_leaves_nothing(world: FakeWorld) -> None:
    world.stacks.refusal = StackRefused("ValidationError", "no such template")

    answer = world.call("POST", **IDS)

    assert answer.status == 500
    assert "no such template" not in str(answer.body)
    assert "request-1" in str(answer.body["message"])
    world.assert_nothing_left()


def test_a_throttled_launch_leaves_nothing_and_is_a_503(world: FakeWorld) -> None:
    world.stacks.refusal = AwsUnavailable("CloudFormation", "Throttling")

    answer = world.call("POST", **IDS)

    assert answer.status == 503
    assert answer.headers["Retry-After"] == "5"
    world.assert_nothing_left()


def test_a_launch_without_an_answer_that_arrived_is_a_success(world: FakeWorld) -> None:
    world.stacks.answers = False

    assert world.call("POST", **IDS).status == 200
    assert world.record().state is State.CREATE_IN_PROGRESS


def test_after_a_failure_it_tries_again_with_the_same_keys(world: FakeWorld) -> None:
    first = world.call("POST", **IDS)
    failed_stack = world.creation_fails()
    failed = world.record()

    again = world.call("POST", **IDS)

    assert again.status == 200
    assert again.body == first.body
    assert world.keys.made == 1
    assert world.record().creation != failed.creation
    assert world.record().failures == ()
    assert world.stacks.stacks[failed_stack].status == "DELETE_IN_PROGRESS"
    assert world.call("GET", **IDS).body["clusterStatus"] == "CREATE_IN_PROGRESS"
    world.assert_consistent()


def test_while_a_failure_rolls_back_it_has_to_wait(world: FakeWorld) -> None:
    world.call("POST", **IDS)
    stack_id = world.stack_comes_up()
    world.change(stack_id, "ROLLBACK_IN_PROGRESS", reason="No capacity")

    answer = world.call("POST", **IDS)

    assert answer.status == 409
    assert answer.headers["Retry-After"]
    assert world.call("GET", **IDS).body["clusterStatus"] == "CREATE_FAILED"


def test_a_failure_that_the_registry_doesn_t_know_yet_has_to_wait_too(world: FakeWorld) -> None:
    world.call("POST", **IDS)
    stack_id = world.stack_comes_up()
    world.stacks.become(stack_id, "ROLLBACK_IN_PROGRESS", reason="No capacity")

    answer = world.call("POST", **IDS)

    assert answer.status == 409
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.parametrize("comes_up_first", [True, False])
@pytest.mark.parametrize("status", ["ROLLBACK_IN_PROGRESS", "DELETE_IN_PROGRESS", "DELETE_FAILED"])
@pytest.mark.parametrize("seconds", [1, 60])
def test_no_answer_promises_what_fails_or_goes(
    world: FakeWorld, status: str, comes_up_first: bool, seconds: int
) -> None:
    world.call("POST", **IDS)
    if comes_up_first:
        world.stack_comes_up()
    (stack_id,) = world.stacks.stacks
    world.stacks.become(stack_id, status)
    world.clock.sleep(seconds)

    again = world.call("POST", **IDS)

    assert again.status == 409


def test_a_retry_that_is_refused_is_a_failure_again(world: FakeWorld) -> None:
    world.call("POST", **IDS)
    world.creation_fails()
    world.stacks.refusal = StackRefused("ValidationError", "no such template")

    world.call("POST", **IDS)

    shown = world.call("GET", **IDS).body
    assert shown["clusterStatus"] == "CREATE_FAILED"
    assert "no such template" in str(shown["failures"])
    assert world.registry.leases == {}
    assert len(world.keys.secrets) == 2
    world.stacks.refusal = None
    assert world.call("POST", **IDS).status == 200


def test_while_the_old_cluster_goes_it_has_to_wait(world: FakeWorld) -> None:
    world.call("POST", **IDS)
    stack_id = world.cluster_is_ready()
    world.call("DELETE", **IDS)

    waiting = world.call("POST", **IDS)
    world.change(stack_id, "DELETE_FAILED", reason="A network interface is in use")
    failed = world.call("POST", **IDS)

    assert (waiting.status, failed.status) == (409, 409)
    assert waiting.headers["Retry-After"]
    assert "DELETE it again" in str(failed.body["message"])


def test_a_dead_request_is_resumed_when_its_claim_is_over(world: FakeWorld) -> None:
    class Death(BaseException):
        pass

    world.stacks.refusal = Death()
    try:
        world.clusters.create(request())
    except Death:
        world.stacks.refusal = None
    died = world.record()

    waiting = world.call("POST", **IDS)
    world.clock.time += timedelta(seconds=30)
    interrupted = world.call("GET", **IDS)
    resumed = world.call("POST", **IDS)

    assert waiting.status == 503
    assert waiting.headers["Retry-After"]
    assert interrupted.body["clusterStatus"] == "CREATE_FAILED"
    assert "POST again" in str(interrupted.body["failures"])
    assert resumed.status == 200
    assert world.record().creation == died.creation
    assert world.keys.made == 1
    assert world.call("GET", **IDS).body["clusterStatus"] == "CREATE_IN_PROGRESS"
