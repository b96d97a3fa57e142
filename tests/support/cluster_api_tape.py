"""A record of the calls of AWS that a request makes, which can let one of them go wrong."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

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


def nothing_left(emulated: Aws) -> bool:
    """Whether nothing but history is there."""
    return (
        emulated.ec2.describe_key_pairs()["KeyPairs"] == []
        and emulated.secrets_manager.list_secrets()["SecretList"] == []
        and emulated.cloudformation.describe_stacks()["Stacks"] == []
        and all(each["kind"] == {"S": "history"} for each in _items(emulated))
    )


def _items(emulated: Aws) -> list[dict[str, dict[str, str]]]:
    return emulated.dynamodb.scan(TableName=TABLE)["Items"]  # type: ignore[return-value]
