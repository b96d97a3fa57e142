"""A record of the calls of AWS that a request makes, which can let one of them go wrong."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from cluster_api.model import Record
from cluster_api.names import key_pair_name, secret_name
from cluster_api.reservations import without_subnet
from cluster_api_aws import TABLE, Aws
from cluster_api_world import LAB, World

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
EXPORT = ("GetItem", "UpdateItem", "StartExecution")
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
    refusals: dict[int, Exception] = field(default_factory=dict)


@contextmanager
def recording(aws: Aws, tape: Tape) -> Iterator[Tape]:
    """Record the calls of all clients; `tape` may let one of them go wrong."""
    every = (
        aws.dynamodb,
        aws.ec2,
        aws.secrets_manager,
        aws.cloudformation,
        aws.ssm,
        aws.step_functions,
    )

    def before(model: object, **_: object) -> None:
        tape.calls.append(getattr(model, "name", ""))
        number = len(tape.calls) - 1
        if tape.die == ("before", number):
            raise Death
        if number in tape.refusals:
            raise tape.refusals[number]

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


def comes_up(aws: World) -> str:
    """The stack's reservation is made; its id."""
    record = aws.registry.find(LAB)
    assert record is not None
    stack = aws.stacks.find(record.stack_name)
    assert stack is not None
    aws.reservations.hold(LAB, record.creation, stack.id)
    return stack.id


def creation_fails(aws: World) -> None:
    """The stack has rolled back."""
    comes_up(aws)
    record = aws.registry.find(LAB)
    assert record is not None
    aws.registry.free_subnet(without_subnet(record, aws.clock.now()), record)


def agrees(aws: World, emulated: Aws) -> bool:
    """Whether keys, secrets, stacks and leases are those of the record, and no others."""
    record = aws.registry.find(LAB)
    assert record is not None
    pairs, secrets = _key_names(record)
    return (
        _pairs(emulated) == pairs
        and _secrets(emulated) == secrets
        and _stacks(emulated) == {record.stack_name}
        and _leases(emulated) == [record.subnet_id]
    )


def settled(aws: World, emulated: Aws) -> bool:
    """Whether nothing is under way, and nothing is there that is not the record's."""
    record = aws.registry.find(LAB)
    if record is None:
        return nothing_left(emulated)
    pairs, secrets = _key_names(record)
    return (
        not record.state.in_progress
        and _pairs(emulated) <= pairs
        and _secrets(emulated) <= secrets
        and _stacks(emulated) <= {record.stack_name}
        and _leases(emulated) == ([record.subnet_id] if record.subnet_id else [])
    )


def nothing_left(emulated: Aws) -> bool:
    """Whether nothing but history is there."""
    return (
        _pairs(emulated) == set()
        and _secrets(emulated) == set()
        and _stacks(emulated) == set()
        and all(each["kind"] == {"S": "history"} for each in _items(emulated))
    )


def _key_names(record: Record) -> tuple[set[str], set[str]]:
    names = (record.cluster_name, record.keys)
    return (
        {key_pair_name(*names, user) for user in ("admin", "sim")},
        {secret_name(*names, user) for user in ("admin", "sim")},
    )


def _pairs(emulated: Aws) -> set[str]:
    return {pair["KeyName"] for pair in emulated.ec2.describe_key_pairs()["KeyPairs"]}


def _secrets(emulated: Aws) -> set[str]:
    return {each["Name"] for each in emulated.secrets_manager.list_secrets()["SecretList"]}


def _stacks(emulated: Aws) -> set[str]:
    return {each["StackName"] for each in emulated.cloudformation.describe_stacks()["Stacks"]}


def _leases(emulated: Aws) -> list[str]:
    return [each["id"]["S"] for each in _items(emulated) if each["kind"] == {"S": "lease"}]


def _items(emulated: Aws) -> list[dict[str, dict[str, str]]]:
    return emulated.dynamodb.scan(TableName=TABLE)["Items"]  # type: ignore[return-value]
