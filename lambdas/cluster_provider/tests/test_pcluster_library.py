"""What only the real library can show."""

import copy
from typing import Any

import pytest
from deployable import start_head_node
from moto_world import MotoWorld

from cluster_provider.errors import (
    ClusterExists,
    InvalidConfiguration,
    TemporarilyUnavailable,
    UpdateRefused,
)
from cluster_provider.pcluster_library import ParallelClusterLibrary

NAME = "pcluster-a"


def test_its_own_messages_say_what_is_wrong_and_warnings_are_left_out(
    library: ParallelClusterLibrary, configuration: dict[str, Any]
) -> None:
    configuration["HeadNode"]["InstanceType"] = "m99.huge"
    configuration["Scheduling"]["SlurmSettings"]["CustomSlurmSettings"] = [{"Prolog": "/x"}]

    with pytest.raises(InvalidConfiguration) as refused:
        library.create(NAME, configuration, suppressed=())

    reasons = [failure.reason for failure in refused.value.failures]
    assert any("m99.huge" in reason for reason in reasons)
    assert all(failure.code == "InvalidConfiguration" for failure in refused.value.failures)


def test_a_name_it_does_not_allow_is_an_invalid_configuration(
    library: ParallelClusterLibrary, configuration: dict[str, Any]
) -> None:
    with pytest.raises(InvalidConfiguration, match="cluster"):
        library.create("1-begins-with-a-digit", configuration, suppressed=())


def test_a_suppressed_validator_does_not_speak(
    library: ParallelClusterLibrary, configuration: dict[str, Any]
) -> None:
    configuration["Scheduling"]["SlurmSettings"]["CustomSlurmSettings"] = [{"Prolog": "/x"}]

    library.create(NAME, configuration, suppressed=("type:CustomSlurmSettingsValidator",))

    assert library.describe(NAME) is not None


def test_a_stack_of_that_name_that_is_no_cluster_stands_in_the_way(
    world: MotoWorld, library: ParallelClusterLibrary, configuration: dict[str, Any]
) -> None:
    template = '{"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}'
    world.client("cloudformation").create_stack(StackName=NAME, TemplateBody=template)

    with pytest.raises(ClusterExists, match=NAME):
        library.create(NAME, configuration, suppressed=())


def test_a_larger_queue_is_an_update(
    world: MotoWorld, library: ParallelClusterLibrary, configuration: dict[str, Any]
) -> None:
    library.create(NAME, configuration, suppressed=())
    start_head_node(world, NAME)
    larger = copy.deepcopy(configuration)
    larger["Scheduling"]["SlurmQueues"][0]["ComputeResources"][0]["MaxCount"] = 4

    assert library.update(NAME, larger, suppressed=()) is True

    cluster = library.describe(NAME)
    assert cluster is not None
    assert cluster.stack_status == "UPDATE_COMPLETE"


def test_another_head_node_is_refused_with_the_parameter_and_both_values(
    world: MotoWorld, library: ParallelClusterLibrary, configuration: dict[str, Any]
) -> None:
    library.create(NAME, configuration, suppressed=())
    start_head_node(world, NAME)
    other = copy.deepcopy(configuration)
    other["HeadNode"]["InstanceType"] = "t3.large"

    with pytest.raises(UpdateRefused, match=r"HeadNode.InstanceType.* t3.medium to t3.large"):
        library.update(NAME, other, suppressed=())


def test_a_throttled_call_is_worth_another_try(
    world: MotoWorld, library: ParallelClusterLibrary
) -> None:
    _answer_with(world, "RequestLimitExceeded", "Rate exceeded")

    with pytest.raises(TemporarilyUnavailable, match="Rate exceeded"):
        library.describe(NAME)


def _answer_with(world: MotoWorld, code: str, message: str) -> None:
    class Refusal:
        status_code = 400

    def refuse(**_: object) -> tuple[object, dict[str, Any]]:
        return Refusal(), {"Error": {"Code": code, "Message": message}}

    world.answer("before-call.cloudformation.DescribeStacks", refuse)
