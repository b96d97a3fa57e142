"""The function between the registry's stream and the bus, with both in moto."""

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.config import Config

from cluster_api.errors import NothingTold, UnreadableChange
from cluster_api.model import Failure, Project, Record, State
from cluster_api.ports import Registry
from cluster_api_aws import TABLE, Aws, real_world
from cluster_api_fake_world import FakeWorld
from cluster_api_fakes import FakeClock
from cluster_api_world import REGION, request
from state_change_schema import EVENT, faults

CONTEXT = SimpleNamespace(
    function_name="f", memory_limit_in_mb=1, invoked_function_arn="a", aws_request_id="r"
)
BUS = "hpc-provisioner"


@dataclass(frozen=True, kw_only=True)
class Listening:
    """The registry, what its stream has, the function, and a queue that subscribed."""

    registry: Registry
    function: Any
    queue: str

    def records(self) -> list[dict[str, Any]]:
        """All of the stream, as Lambda hands it over: times are numbers."""
        # Moto doesn't know the addresses that hold the account.
        streams = boto3.client(
            "dynamodbstreams", config=Config(account_id_endpoint_mode="disabled")
        )
        [stream] = streams.list_streams(TableName=TABLE)["Streams"]
        shards = streams.describe_stream(StreamArn=stream["StreamArn"])["StreamDescription"]
        iterator = streams.get_shard_iterator(
            StreamArn=stream["StreamArn"],
            ShardId=shards["Shards"][0]["ShardId"],
            ShardIteratorType="TRIM_HORIZON",
        )["ShardIterator"]
        found = streams.get_records(ShardIterator=iterator)["Records"]
        return [dict(record) | {"dynamodb": _with_number(record["dynamodb"])} for record in found]

    def hand_over(self, records: list[dict[str, Any]]) -> dict[str, Any]:
        """What the function answers to these records."""
        answer = self.function.handler({"Records": records}, CONTEXT)
        return dict(answer)

    def events(self) -> list[dict[str, Any]]:
        """What the subscriber got."""
        answer = boto3.client("sqs").receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10)
        return [json.loads(message["Body"]) for message in answer.get("Messages", [])]

    def refuse(self, is_refused: Callable[[dict[str, Any]], bool]) -> None:
        """Have the bus refuse entries, as EventBridge does it: in its answer."""
        client, asked = self.function._teller.bus.client, []

        def remember(params: dict[str, Any], **_: object) -> None:
            asked[:] = [json.loads(entry["Detail"]) for entry in params["Entries"]]

        def answer(parsed: dict[str, Any], **_: object) -> None:
            refused = {"ErrorCode": "InternalFailure", "ErrorMessage": "Try again"}
            parsed["Entries"] = [
                refused if is_refused(detail) else entry
                for detail, entry in zip(asked, parsed["Entries"], strict=True)
            ]

        client.meta.events.register("provide-client-params.events.PutEvents", remember)
        client.meta.events.register("after-call.events.PutEvents", answer)


def _with_number(change: dict[str, Any]) -> dict[str, Any]:
    return change | {
        "ApproximateCreationDateTime": change["ApproximateCreationDateTime"].timestamp()
    }


@pytest.fixture
def listening(emulated: Aws, monkeypatch: pytest.MonkeyPatch) -> Iterator[Listening]:
    emulated.dynamodb.update_table(
        TableName=TABLE,
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    events, sqs = boto3.client("events"), boto3.client("sqs")
    events.create_event_bus(Name=BUS)
    queue = sqs.create_queue(QueueName="subscriber")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]
    pattern = json.dumps({"detail-type": ["HPC Cluster State Change"]})
    events.put_rule(Name="all", EventBusName=BUS, EventPattern=pattern)
    target: Any = {"Id": "1", "Arn": arn["QueueArn"]}
    events.put_targets(Rule="all", EventBusName=BUS, Targets=[target])
    monkeypatch.setenv("EVENT_BUS", BUS)
    monkeypatch.setenv("AWS_REGION", REGION)
    monkeypatch.delitem(sys.modules, "cluster_api.cluster_events", raising=False)
    function = import_module("cluster_api.cluster_events")
    registry = real_world(emulated, FakeClock()).registry
    yield Listening(registry=registry, function=function, queue=queue)
    sys.modules.pop("cluster_api.cluster_events", None)


@pytest.fixture
def record() -> Record:
    """A cluster that has just been asked for, as the registry doesn't know it yet."""
    return replace(FakeWorld().clusters.create(request()), revision=0)


def live(registry: Registry, record: Record) -> None:
    """The whole life of a record, its keys, its failures, its subnet and its end included."""
    made = registry.admit(record, None)
    known = registry.save(replace(made, stack_id="arn:stack"), made)
    failure = Failure(code="HeadNodeBootstrapFailure", reason="No chef.")
    failed = registry.save(replace(known, state=State.CREATE_FAILED, failures=(failure,)), known)
    freed = registry.free_subnet(replace(failed, subnet_id=None), failed)
    going = registry.save(replace(freed, state=State.DELETE_IN_PROGRESS, failures=()), freed)
    end = datetime.now(UTC) + timedelta(seconds=1)
    registry.retire(going, deleted_at=end, keep_days=30)


def numbers(records: list[dict[str, Any]]) -> list[str]:
    return [record["dynamodb"]["SequenceNumber"] for record in records]


def clusters(listening: Listening) -> list[dict[str, Any]]:
    """The stream without leases and history, which a mapping's filter leaves out."""
    return [
        record
        for record in listening.records()
        if record["dynamodb"]["Keys"]["kind"]["S"] == "cluster"
    ]


def test_the_life_of_a_record_is_told_by_its_states(listening: Listening, record: Record) -> None:
    live(listening.registry, record)

    answer = listening.hand_over(listening.records())

    events = listening.events()
    assert answer == {"batchItemFailures": []}
    assert [event["detail"]["newState"] for event in events] == [
        "CREATE_IN_PROGRESS",
        "CREATE_FAILED",
        "DELETE_IN_PROGRESS",
        "DELETE_COMPLETE",
    ]
    assert [event["detail"]["reason"] for event in events] == [None, "No chef.", None, None]
    assert [event["detail"]["revision"] for event in events] == [1, 3, 5, 6]


def test_a_subscriber_gets_what_the_schema_says(listening: Listening, record: Record) -> None:
    live(listening.registry, record)

    listening.hand_over(listening.records())

    events = listening.events()
    assert len(events) == 4
    for event in events:
        # Moto leaves the account out.
        assert faults(EVENT, {"account": "123456789012"} | event) == []
        assert event["time"] == event["detail"]["time"]


def test_leases_and_history_are_not_told(listening: Listening, record: Record) -> None:
    live(listening.registry, record)
    others = [each for each in listening.records() if each not in clusters(listening)]

    answer = listening.hand_over(others)

    assert {each["dynamodb"]["Keys"]["kind"]["S"] for each in others} == {"lease", "history"}
    assert answer == {"batchItemFailures": []}
    assert listening.events() == []


def test_lambda_is_told_where_to_go_on_and_what_was_refused_comes_once_more(
    listening: Listening, record: Record
) -> None:
    live(listening.registry, record)
    refusals = iter([False, True])
    listening.refuse(lambda _: next(refusals, False))
    records = clusters(listening)

    answer = listening.hand_over(records)

    failed = next(at for at, each in enumerate(records) if _state(each) == "CREATE_FAILED")
    assert answer == {"batchItemFailures": [{"itemIdentifier": numbers(records)[failed]}]}

    assert listening.hand_over(records[failed:]) == {"batchItemFailures": []}


def _state(record: dict[str, Any]) -> str:
    return str(record["dynamodb"].get("NewImage", {}).get("state", {}).get("S"))


def test_a_batch_whose_first_record_is_refused_is_halved(
    listening: Listening, record: Record
) -> None:
    live(listening.registry, record)
    listening.refuse(lambda _: True)

    with pytest.raises(NothingTold):
        listening.hand_over(clusters(listening))


def test_what_is_no_record_is_told_by_its_id_and_place(
    listening: Listening, emulated: Aws, record: Record
) -> None:
    listening.registry.admit(record, None)
    strange = {"kind": {"S": "cluster"}, "id": {"S": "by/hand"}}
    emulated.dynamodb.put_item(TableName=TABLE, Item=strange)
    records = clusters(listening)

    with pytest.raises(UnreadableChange, match=f"by/hand at {numbers(records)[-1]}"):
        listening.hand_over(records)

    assert listening.events() == []


def test_two_projects_are_told_in_one_batch(listening: Listening, record: Record) -> None:
    for name in ("one", "two"):
        project = Project(vlab_id="lab", project_id=name)
        listening.registry.admit(replace(record, project=project, subnet_id=f"subnet-{name}"), None)

    listening.hand_over(listening.records())

    assert [event["detail"]["project_id"] for event in listening.events()] == ["one", "two"]


def test_the_function_says_what_its_environment_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EVENT_BUS", raising=False)
    monkeypatch.delitem(sys.modules, "cluster_api.cluster_events", raising=False)

    with pytest.raises(Exception, match="EVENT_BUS is missing"):
        import_module("cluster_api.cluster_events")
