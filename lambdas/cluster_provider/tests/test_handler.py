"""Both functions as the framework calls them, with the real library, in moto."""

import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, Literal, cast

import pytest
from deployable import start_head_node
from moto_world import MotoWorld

from cluster_provider import handler
from cluster_provider.errors import CreationCancelled, InvalidConfiguration
from cluster_provider.provider import Beginning
from cluster_provider.request import ResourceEvent

TEMPLATE = json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})
NAME = "pcluster-a"
CONTEXT: Any = SimpleNamespace(
    function_name="f", memory_limit_in_mb=1, invoked_function_arn="a", aws_request_id="r"
)


@pytest.fixture(autouse=True)
def _environment(world: MotoWorld, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AWS_REGION", world.region)
    monkeypatch.setenv("REGISTRY_TABLE", "registry")
    world.client("dynamodb").create_table(
        TableName="registry",
        KeySchema=[
            {"AttributeName": "kind", "KeyType": "HASH"},
            {"AttributeName": "id", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "kind", "AttributeType": "S"},
            {"AttributeName": "id", "AttributeType": "S"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    handler._provider.cache_clear()
    yield
    handler._provider.cache_clear()


@pytest.fixture
def stack(world: MotoWorld) -> str:
    """The id of a stack that asks for a cluster."""
    cloudformation = world.client("cloudformation")
    return str(cloudformation.create_stack(StackName="hpc-a", TemplateBody=TEMPLATE)["StackId"])


def test_a_cluster_is_created_and_deleted(
    world: MotoWorld, stack: str, configuration: dict[str, Any]
) -> None:
    create = _event("Create", stack, configuration)
    waiting = _merged(create, handler.on_event(create, CONTEXT))
    start_head_node(world, NAME)

    answer = handler.is_complete(waiting, CONTEXT)

    assert answer["IsComplete"]
    assert answer["Data"]["ComputeFleetStatus"] == "RUNNING"
    assert answer["Data"]["HeadNodePrivateIp"].startswith("10.")
    assert all(isinstance(value, str) for value in answer["Data"].values())

    delete = _event("Delete", stack, configuration)
    delete["PhysicalResourceId"] = NAME
    waiting = _merged(delete, handler.on_event(delete, CONTEXT))
    assert handler.is_complete(waiting, CONTEXT) == {"IsComplete": True}


def test_a_cluster_whose_stack_is_gone_goes_too(
    world: MotoWorld, stack: str, configuration: dict[str, Any]
) -> None:
    world.client("cloudformation").delete_stack(StackName=stack)

    with pytest.raises(CreationCancelled, match=NAME):
        handler.on_event(_event("Create", stack, configuration), CONTEXT)


def test_a_refusal_reaches_the_registry_whole(
    world: MotoWorld, stack: str, configuration: dict[str, Any]
) -> None:
    table: Any = world.session.resource("dynamodb", region_name=world.region).Table("registry")
    table.put_item(Item={"kind": "cluster", "id": "lab/project", "creation": "0a1b2c3d"})
    configuration["HeadNode"]["InstanceType"] = "m99.huge"

    with pytest.raises(InvalidConfiguration, match=r"m99\.huge"):
        handler.on_event(_event("Create", stack, configuration), CONTEXT)

    record = table.get_item(Key={"kind": "cluster", "id": "lab/project"})["Item"]
    assert record["failures"][0]["failureCode"] == "InvalidConfiguration"
    assert any("m99.huge" in failure["failureReason"] for failure in record["failures"])


def _event(
    kind: Literal["Create", "Delete"], stack: str, configuration: dict[str, Any]
) -> ResourceEvent:
    return {
        "RequestType": kind,
        "StackId": stack,
        "LogicalResourceId": "Cluster",
        "ResourceProperties": {
            "ServiceToken": "arn:token",
            "ClusterName": NAME,
            "ClusterConfiguration": json.dumps(configuration),
            "SuppressValidators": "[]",
            "RegistryId": "lab/project",
            "Creation": "0a1b2c3d",
        },
    }


def _merged(event: ResourceEvent, answer: Beginning) -> ResourceEvent:
    """What CDK's framework does with the answer of on_event."""
    return cast(ResourceEvent, {**event, **answer})
