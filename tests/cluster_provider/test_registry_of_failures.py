"""The registry hears of each failure, and is never the reason of one."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

from cluster_library_fake import FakeLibrary
from cluster_provider.dynamodb_registry import DynamoDbFailureRegistry
from cluster_provider.errors import InvalidConfiguration, InvalidRequest, RegistryUnavailable
from cluster_provider.model import Failure
from cluster_provider.provider import Provider
from cluster_provider.request import Record
from cluster_provider_story import RECORD, FakeCertificates, FakeRegistry, FakeStacks, Resource

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

A = Failure(code="A", reason="a")
B = Failure(code="B", reason="b" * 10_000)


def test_a_registry_that_is_away_does_not_hide_the_failure(
    resource: Resource, registry: FakeRegistry
) -> None:
    registry.away = True
    resource.configuration = {"HeadNode": {}}

    with pytest.raises(InvalidConfiguration):
        resource.create()


def test_a_resource_without_a_record_tells_nobody(
    resource: Resource, registry: FakeRegistry
) -> None:
    resource.extra = {}
    resource.configuration = {"HeadNode": {}}

    with pytest.raises(InvalidConfiguration):
        resource.create()

    assert registry.failures == {}


def test_properties_that_cannot_be_read_are_recorded_too(
    resource: Resource, registry: FakeRegistry
) -> None:
    resource.extra["ClusterConfiguration"] = json.dumps(["no", "object"])

    with pytest.raises(InvalidRequest):
        resource.create()

    assert [failure.code for failure in registry.failures[RECORD]] == ["InvalidRequest"]


def test_a_provider_without_a_registry_works(library: FakeLibrary, resource: Resource) -> None:
    resource.provider = Provider(
        library=library, stacks=FakeStacks(), certificates=FakeCertificates(), registry=None
    )
    resource.configuration = {"HeadNode": {}}

    with pytest.raises(InvalidConfiguration):
        resource.create()


@pytest.fixture
def table() -> Iterator["Table"]:
    with mock_aws():
        table = boto3.resource("dynamodb", region_name="us-east-1").create_table(
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
        table.put_item(
            Item={"kind": "cluster", "id": "lab/project", "creation": "9f8e7d6c", "state": "X"}
        )
        yield table


@pytest.fixture
def dynamodb(table: "Table") -> DynamoDbFailureRegistry:
    client = boto3.client("dynamodb", region_name="us-east-1")
    return DynamoDbFailureRegistry(client=client, table="registry")


def test_the_last_failures_replace_the_ones_before(
    table: "Table", dynamodb: DynamoDbFailureRegistry
) -> None:
    dynamodb.replace(RECORD, [B])

    dynamodb.replace(RECORD, [A])

    item = _item(table)
    assert item["failures"] == [{"failureCode": "A", "failureReason": "a"}]
    assert item["state"] == "X"


def test_a_deletion_s_failure_is_added_once(
    table: "Table", dynamodb: DynamoDbFailureRegistry
) -> None:
    dynamodb.append(RECORD, [A])
    dynamodb.append(RECORD, [B])

    dynamodb.append(RECORD, [B])

    assert [failure["failureCode"] for failure in _item(table)["failures"]] == ["A", "B"]


def test_a_record_of_another_creation_is_left_as_it_is(
    table: "Table", dynamodb: DynamoDbFailureRegistry
) -> None:
    dynamodb.replace(Record(id="lab/project", creation="00000000"), [A])
    dynamodb.append(Record(id="lab/gone", creation="9f8e7d6c"), [A])

    assert "failures" not in _item(table)
    assert table.item_count == 1


def test_a_table_that_is_not_there_is_a_registry_that_is_away(table: "Table") -> None:
    client = boto3.client("dynamodb", region_name="us-east-1")
    registry = DynamoDbFailureRegistry(client=client, table="elsewhere")

    with pytest.raises(RegistryUnavailable):
        registry.replace(RECORD, [A])


def _item(table: "Table") -> dict[str, Any]:
    return dict(table.get_item(Key={"kind": "cluster", "id": "lab/project"})["Item"])
