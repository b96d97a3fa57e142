"""How many calls of AWS a request takes."""

from dataclasses import replace

from cluster_api.aws.workflows import StateMachine
from cluster_api.lustre import Scratch
from cluster_api_aws import Aws, real_world
from cluster_api_fakes import FakeClock
from cluster_api_tape import (
    DELETE,
    EXPORT,
    NEW,
    RETRY,
    Tape,
    agrees,
    comes_up,
    creation_fails,
    recording,
)
from cluster_api_world import LAB, World

IDS = {"vlab_id": "lab", "project_id": "project"}


def test_a_new_cluster_takes_nine_calls_in_a_new_container(aws: World, emulated: Aws) -> None:
    with recording(emulated, Tape()) as tape:
        assert aws.call("POST", **IDS).status == 200

    assert tuple(tape.calls) == NEW


def test_the_same_again_takes_two_calls_at_most(aws: World, emulated: Aws) -> None:
    aws.call("POST", **IDS)

    with recording(emulated, Tape()) as launching:
        aws.call("POST", **IDS)
    stack_id = comes_up(aws)
    with recording(emulated, Tape()) as in_progress:
        aws.call("POST", **IDS)
    aws.follower.follow(stack_id)
    with recording(emulated, Tape()) as later:
        aws.call("POST", **IDS)
    with recording(emulated, Tape()) as in_a_new_container:
        real_world(emulated, FakeClock()).call("POST", **IDS)

    assert launching.calls == ["BatchGetItem", "DescribeStacks"]
    assert in_progress.calls == ["BatchGetItem", "DescribeStacks"]
    assert later.calls == ["BatchGetItem"]
    assert in_a_new_container.calls == ["GetParametersByPath", "BatchGetItem"]


def test_a_refusal_for_want_of_a_subnet_takes_two_calls(aws: World, emulated: Aws) -> None:
    for project in ("one", "two"):
        aws.call("POST", vlab_id="lab", project_id=project)

    with recording(emulated, Tape()) as tape:
        assert aws.call("POST", **IDS).status == 503

    assert tape.calls == ["BatchGetItem", "GetItem"]


def test_a_description_takes_two_calls_at_most(aws: World, emulated: Aws) -> None:
    aws.call("POST", **IDS)
    stack_id = comes_up(aws)

    with recording(emulated, Tape()) as in_progress:
        aws.call("GET", **IDS)
    aws.follower.follow(stack_id)
    with recording(emulated, Tape()) as ready:
        aws.call("GET", **IDS)

    assert in_progress.calls == ["GetItem", "DescribeStacks"]
    assert ready.calls == ["GetItem"]


def test_a_page_of_a_list_takes_one_call(aws: World, emulated: Aws) -> None:
    aws.call("POST", **IDS)

    with recording(emulated, Tape()) as tape:
        aws.call("GET")

    assert tape.calls == ["Query"]


def test_a_deletion_takes_three_calls(aws: World, emulated: Aws) -> None:
    aws.call("POST", **IDS)
    comes_up(aws)

    with recording(emulated, Tape()) as first:
        aws.call("DELETE", **IDS)
    with recording(emulated, Tape()) as second:
        aws.call("DELETE", **IDS)

    assert tuple(first.calls) == DELETE
    assert len(second.calls) <= 8  # moto has deleted the stack by now: this one releases the rest


def test_a_deletion_that_exports_first_takes_three_calls(aws: World, emulated: Aws) -> None:
    machine = emulated.step_functions.create_state_machine(
        name="deletion",
        definition='{"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}',
        roleArn="arn:aws:iam::123456789012:role/workflow",
    )["stateMachineArn"]
    aws.call("POST", **IDS)
    comes_up(aws)
    record = aws.registry.find(LAB)
    assert record is not None
    scratch = Scratch(file_system_id="fs-1", association_id="dra-1")
    aws.registry.save(replace(record, scratch=scratch, was_complete=True), record)
    workflows = StateMachine(client=lambda: emulated.step_functions, state_machine_arn=machine)
    clusters = replace(aws.clusters, workflows=workflows)

    with recording(emulated, Tape()) as first:
        clusters.delete(LAB)
    with recording(emulated, Tape()) as second:
        clusters.delete(LAB)

    assert tuple(first.calls) == EXPORT
    assert second.calls == ["GetItem", "StartExecution"]


def test_a_retry_takes_four_calls_and_keeps_the_keys(aws: World, emulated: Aws) -> None:
    first = aws.call("POST", **IDS)
    creation_fails(aws)

    with recording(emulated, Tape()) as tape:
        again = aws.call("POST", **IDS)

    assert tuple(tape.calls) == RETRY
    assert again.body == first.body
    assert agrees(aws, emulated)
