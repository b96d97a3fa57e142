"""What AWS does wrong by the way is made up for inside, within the time that a caller waits."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from botocore.exceptions import ClientError

from cluster_api.deadline import time_limit, time_to_undo
from cluster_api.errors import AwsUnavailable, OutOfTime, RecordChanged
from cluster_api_aws import Aws
from cluster_api_world import LAB, World, record_of


@contextmanager
def faults(aws: Aws, *errors: Exception) -> Iterator[list[Exception]]:
    """Let the first calls of DynamoDB fail with these; what is left of them is told."""
    left = list(errors)

    def fail(**_: object) -> None:
        if left:
            raise left.pop(0)

    aws.dynamodb.meta.events.register("before-call", fail)
    try:
        yield left
    finally:
        aws.dynamodb.meta.events.unregister("before-call", fail)


def _cancelled(*codes: str) -> ClientError:
    return ClientError(
        {
            "Error": {"Code": "TransactionCanceledException", "Message": "cancelled"},
            "CancellationReasons": [{"Code": code} for code in codes],
        },
        "TransactWriteItems",
    )


def test_a_conflict_is_tried_again(aws: World, emulated: Aws) -> None:
    conflicts = [_cancelled("None", "TransactionConflict"), _cancelled("TransactionConflict")]

    with faults(emulated, *conflicts) as left:
        aws.registry.admit(record_of(), None)

    assert left == []
    assert aws.registry.find(LAB) is not None


def test_a_failed_condition_is_not_tried_again(aws: World, emulated: Aws) -> None:
    mixed = _cancelled("ConditionalCheckFailed", "TransactionConflict")

    with faults(emulated, mixed, _cancelled("TransactionConflict")) as left:
        with pytest.raises(RecordChanged):
            aws.registry.admit(record_of(), None)

        assert len(left) == 1


def test_a_single_write_that_meets_a_transaction_is_tried_again(aws: World, emulated: Aws) -> None:
    admitted = aws.registry.admit(record_of(), None)
    conflict = ClientError(
        {"Error": {"Code": "TransactionConflictException", "Message": "ongoing"}}, "UpdateItem"
    )

    with faults(emulated, conflict) as left:
        aws.registry.save(admitted, admitted)

    assert left == []


def test_a_cancellation_for_another_reason_is_not_hidden(aws: World, emulated: Aws) -> None:
    with faults(emulated, _cancelled("ValidationError")), pytest.raises(ClientError):
        aws.registry.admit(record_of(), None)


@pytest.mark.parametrize(
    "read",
    [
        lambda world: world.registry.find(LAB),
        lambda world: world.registry.look(LAB, ["subnet-1"]),
        lambda world: world.registry.page(vlab_id=None, after=None, limit=1),
    ],
)
def test_a_throttle_is_told_apart(
    aws: World, emulated: Aws, read: Callable[[World], object]
) -> None:
    throttle = ClientError({"Error": {"Code": "ThrottlingException", "Message": ""}}, "GetItem")

    with faults(emulated, throttle), pytest.raises(AwsUnavailable, match="ThrottlingException"):
        read(aws)


def test_no_call_begins_after_the_time_is_up(aws: World) -> None:
    with time_limit(-0.5), pytest.raises(OutOfTime):
        aws.registry.find(LAB)


def test_what_failed_late_can_still_be_undone(aws: World) -> None:
    with time_limit(-0.5), time_to_undo():
        assert aws.registry.find(LAB) is None


def test_without_a_limit_the_time_is_never_up(aws: World) -> None:
    with time_to_undo():
        assert aws.registry.find(LAB) is None
