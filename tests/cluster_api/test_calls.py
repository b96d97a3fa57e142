"""How many calls of AWS a request takes, and what is left when it dies between two of them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from cluster_api.reservations import without_subnet
from cluster_api_fakes import FakeClock
from cluster_api_world import LAB, TABLE, Aws, World, real_world

IDS = {"vlab_id": "lab", "project_id": "project"}
NEW = (
    "GetParametersByPath",
    "BatchGetItem",
    "TransactWriteItems",
    "CreateKeyPair",
    "CreateKeyPair",
    "CreateSecret",
    "CreateSecret",
    "UpdateItem",
    "CreateStack",
)
RETRY = ("BatchGetItem", "DeleteStack", "TransactWriteItems", "CreateStack")
DELETE = ("GetItem", "UpdateItem", "DeleteStack")
DESTROY_KEYS = ("DeleteKeyPair", "DeleteSecret", "DeleteKeyPair", "DeleteSecret")
UNDO = ("GetItem", "UpdateItem", "TransactWriteItems", *DESTROY_KEYS, "TransactWriteItems")
DELETE_FAILED_CREATION = (*DELETE, *DESTROY_KEYS, "TransactWriteItems")


class Death(BaseException):
    """The process is no more: nothing catches it."""


@dataclass
class Tape:
    """The calls that were made, and what to do before or after one of them."""

    calls: list[str] = field(default_factory=list)
    die: tuple[str, int] | None = None
    refuse: int | None = None
    refusal: Exception | None = None


@contextmanager
def recording(aws: Aws, tape: Tape) -> Iterator[Tape]:
    """Record the calls of all clients; `tape` may let one of them go wrong."""
    every = (aws.dynamodb, aws.ec2, aws.secrets_manager, aws.cloudformation, aws.ssm)

    def before(model: object, **_: object) -> None:
        tape.calls.append(getattr(model, "name", ""))
        number = len(tape.calls) - 1
        if tape.die == ("before", number):
            raise Death
        if number == tape.refuse and tape.refusal is not None:
            raise tape.refusal

    def after(**_: object) -> None:
        if tape.die == ("after", len(tape.calls) - 1):
            raise Death

    for client in every:
        client.meta.events.register("before-call", before)
        client.meta.events.register("after-call", after)
    try:
        yield tape
    finally:
        for client in every:
            client.meta.events.unregister("before-call", before)
            client.meta.events.unregister("after-call", after)


def test_a_new_cluster_takes_nine_calls_in_a_new_container(aws: World, emulated: Aws) -> None:
    with recording(emulated, Tape()) as tape:
        assert aws.call("POST", **IDS).status == 200

    assert tuple(tape.calls) == NEW


def test_the_same_again_takes_two_calls_at_most(aws: World, emulated: Aws) -> None:
    aws.call("POST", **IDS)

    with recording(emulated, Tape()) as launching:
        aws.call("POST", **IDS)
    _comes_up(aws)
    with recording(emulated, Tape()) as later:
        aws.call("POST", **IDS)
    with recording(emulated, Tape()) as in_a_new_container:
        real_world(emulated, FakeClock()).call("POST", **IDS)

    assert launching.calls == ["BatchGetItem", "DescribeStacks"]
    assert later.calls == ["BatchGetItem"]
    assert in_a_new_container.calls == ["GetParametersByPath", "BatchGetItem"]


def test_a_description_takes_two_calls_at_most(aws: World, emulated: Aws) -> None:
    aws.call("POST", **IDS)
    stack_id = _comes_up(aws)

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
    _comes_up(aws)

    with recording(emulated, Tape()) as first:
        aws.call("DELETE", **IDS)
    with recording(emulated, Tape()) as second:
        aws.call("DELETE", **IDS)

    assert tuple(first.calls) == DELETE
    assert len(second.calls) <= 8  # moto has deleted the stack by now: this one releases the rest


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("number", "call"), list(enumerate(NEW)))
def test_a_post_that_died_is_made_good_by_another(
    aws: World, emulated: Aws, when: str, number: int, call: str
) -> None:
    with recording(emulated, Tape(die=(when, number))) as tape, pytest.raises(Death):
        aws.call("POST", **IDS)
    aws.clock.sleep(timedelta(minutes=1).total_seconds())

    again = aws.call("POST", **IDS)

    assert tape.calls[number] == call
    assert again.status == 200
    assert _agrees(aws, emulated)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("number", "call"), list(enumerate(NEW)))
def test_a_post_that_died_is_made_good_by_a_delete(
    aws: World, emulated: Aws, when: str, number: int, call: str
) -> None:
    with recording(emulated, Tape(die=(when, number))) as tape, pytest.raises(Death):
        aws.call("POST", **IDS)
    aws.clock.sleep(timedelta(minutes=1).total_seconds())

    for _ in range(3):
        aws.call("DELETE", **IDS)

    assert tape.calls[number] == call
    assert aws.call("GET", **IDS).status == 404
    assert _nothing_left(emulated)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("number", "call"), list(enumerate(DELETE)))
def test_a_delete_that_died_is_made_good_by_another(
    aws: World, emulated: Aws, when: str, number: int, call: str
) -> None:
    aws.call("POST", **IDS)
    _comes_up(aws)
    with recording(emulated, Tape(die=(when, number))) as tape, pytest.raises(Death):
        aws.call("DELETE", **IDS)

    for _ in range(3):
        aws.call("DELETE", **IDS)

    assert tape.calls[number] == call
    assert aws.call("GET", **IDS).status == 404
    assert _nothing_left(emulated)


def _denied(call: str) -> Exception:
    return ClientError(
        {"Error": {"Code": "AccessDenied", "Message": "no"}, "ResponseMetadata": {}},  # type: ignore[typeddict-item]
        call,
    )


def _throttled(call: str) -> Exception:
    return ClientError(
        {"Error": {"Code": "ThrottlingException", "Message": "slow"}, "ResponseMetadata": {}},  # type: ignore[typeddict-item]
        call,
    )


def _silent(_: str) -> Exception:
    return ReadTimeoutError(endpoint_url="https://aws")


@pytest.mark.parametrize(("number", "call"), list(enumerate(NEW)))
@pytest.mark.parametrize("fault", [_denied, _throttled, _silent])
def test_a_post_whose_call_is_refused_leaves_nothing(
    aws: World, emulated: Aws, number: int, call: str, fault: Callable[[str], Exception]
) -> None:
    with recording(emulated, Tape(refuse=number, refusal=fault(call))) as tape:
        answer = aws.call("POST", **IDS)

    assert tape.calls[number] == call
    assert answer.status == (500 if fault is _denied else 503)
    assert ("Retry-After" in answer.headers) == (answer.status == 503)
    assert _nothing_left(emulated)
    assert aws.call("POST", **IDS).status == 200


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("number", "call"), list(enumerate(UNDO, start=len(NEW))))
def test_an_undoing_that_died_is_made_good_by_another_post(
    aws: World, emulated: Aws, when: str, number: int, call: str
) -> None:
    tape = Tape(refuse=len(NEW) - 1, refusal=_denied("CreateStack"), die=(when, number))
    with recording(emulated, tape), pytest.raises(Death):
        aws.call("POST", **IDS)
    aws.clock.sleep(timedelta(minutes=1).total_seconds())

    again = aws.call("POST", **IDS)

    assert tape.calls[number] == call
    assert again.status == 200
    assert _agrees(aws, emulated)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("number", "call"), list(enumerate(DELETE_FAILED_CREATION)))
def test_a_delete_of_a_failed_creation_that_died_is_made_good_by_another(
    aws: World, emulated: Aws, when: str, number: int, call: str
) -> None:
    aws.call("POST", **IDS)
    _creation_fails(aws)
    with recording(emulated, Tape(die=(when, number))) as tape, pytest.raises(Death):
        aws.call("DELETE", **IDS)

    for _ in range(2):
        aws.call("DELETE", **IDS)

    assert tape.calls[number] == call
    assert aws.call("GET", **IDS).status == 404
    assert _nothing_left(emulated)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("number", "call"), list(enumerate(RETRY)))
def test_a_retry_that_died_is_made_good_by_another_post(
    aws: World, emulated: Aws, when: str, number: int, call: str
) -> None:
    first = aws.call("POST", **IDS)
    _creation_fails(aws)
    with recording(emulated, Tape(die=(when, number))) as tape, pytest.raises(Death):
        aws.call("POST", **IDS)
    aws.clock.sleep(timedelta(minutes=1).total_seconds())

    again = aws.call("POST", **IDS)

    assert tape.calls[number] == call
    assert again.body == first.body
    assert _agrees(aws, emulated)


def test_a_retry_takes_four_calls_and_keeps_the_keys(aws: World, emulated: Aws) -> None:
    first = aws.call("POST", **IDS)
    _creation_fails(aws)

    with recording(emulated, Tape()) as tape:
        again = aws.call("POST", **IDS)

    assert tuple(tape.calls) == RETRY
    assert again.body == first.body
    assert _agrees(aws, emulated)


def _comes_up(aws: World) -> str:
    record = aws.registry.find(LAB)
    assert record is not None
    stack = aws.stacks.find(record.stack_name)
    assert stack is not None
    aws.reservations.hold(LAB, record.creation, stack.id)
    return stack.id


def _creation_fails(aws: World) -> None:
    _comes_up(aws)
    record = aws.registry.find(LAB)
    assert record is not None
    aws.registry.free_subnet(without_subnet(record, aws.clock.now()), record)


def _agrees(aws: World, emulated: Aws) -> bool:
    record = aws.registry.find(LAB)
    assert record is not None
    pairs = {pair["KeyName"] for pair in emulated.ec2.describe_key_pairs()["KeyPairs"]}
    secrets = {each["ARN"] for each in emulated.secrets_manager.list_secrets()["SecretList"]}
    stacks = {each["StackName"] for each in emulated.cloudformation.describe_stacks()["Stacks"]}
    leases = [each for each in _items(emulated) if each["kind"] == {"S": "lease"}]
    return (
        pairs == {f"{record.cluster_name}-{record.keys}-{user}" for user in ("admin", "sim")}
        and secrets == {record.admin_key_arn, record.sim_key_arn}
        and stacks == {record.stack_name}
        and [lease["id"]["S"] for lease in leases] == [record.subnet_id]
    )


def _nothing_left(emulated: Aws) -> bool:
    return (
        emulated.ec2.describe_key_pairs()["KeyPairs"] == []
        and emulated.secrets_manager.list_secrets()["SecretList"] == []
        and emulated.cloudformation.describe_stacks()["Stacks"] == []
        and all(each["kind"] == {"S": "history"} for each in _items(emulated))
    )


def _items(emulated: Aws) -> list[dict[str, dict[str, str]]]:
    return emulated.dynamodb.scan(TableName=TABLE)["Items"]  # type: ignore[return-value]
