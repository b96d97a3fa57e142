"""Transactions of DynamoDB that meet, and single writes that meet them."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.exceptions import ClientError

from aws_account import Account, refusal, unique

TURNS = 60
PATIENCE_SECONDS = 60
BUSY, ALONE, OTHER = "busy", "alone", "other"


@pytest.fixture
def table(account: Account) -> Iterator[str]:
    """A table with a number in each of three items."""
    name = unique("table")
    dynamodb = account.client("dynamodb")
    dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    for item in (BUSY, ALONE, OTHER):
        dynamodb.put_item(TableName=name, Item={**_key(item), "number": {"N": "0"}})
    yield name
    dynamodb.delete_table(TableName=name)


def _key(item: str) -> dict[str, Any]:
    return {"id": {"S": item}}


def _increment(table: str, item: str) -> dict[str, Any]:
    return {
        "TableName": table,
        "Key": _key(item),
        "UpdateExpression": "ADD #n :one",
        "ExpressionAttributeNames": {"#n": "number"},
        "ExpressionAttributeValues": {":one": {"N": "1"}},
    }


def _number(account: Account, table: str, item: str) -> int:
    found = account.client("dynamodb").get_item(
        TableName=table, Key=_key(item), ConsistentRead=True
    )
    return int(found["Item"]["number"]["N"])


@contextmanager
def _transactions(account: Account, table: str) -> Iterator[list[int]]:
    """While this lasts one transaction follows the other on the items busy and alone."""
    over, begun = threading.Event(), threading.Event()
    done: list[int] = []
    dynamodb = account.client("dynamodb")

    def run() -> None:
        writes = [{"Update": _increment(table, item)} for item in (BUSY, ALONE)]
        while not over.is_set():
            error = refusal(dynamodb.transact_write_items, TransactItems=writes)
            done.extend([] if error else [1])
            begun.set()

    with ThreadPoolExecutor(1) as thread:
        running = thread.submit(run)
        try:
            begun.wait()
            yield done
        finally:
            over.set()
        running.result()


def _errors(call: Callable[..., Any], **arguments: Any) -> list[ClientError]:
    """What the call is refused with, of many turns."""
    every = [refusal(call, **arguments) for _ in range(TURNS)]
    return [error for error in every if error is not None]


def _errors_of_meetings(
    call: Callable[..., Any], **arguments: Any
) -> tuple[list[ClientError], int]:
    """The same, of as many turns as it takes until one is refused: it is chance that two meet."""
    errors: list[ClientError] = []
    turns, deadline = 0, time.monotonic() + PATIENCE_SECONDS
    while not errors and time.monotonic() < deadline:
        errors, turns = _errors(call, **arguments), turns + TURNS
    return errors, turns


def _codes(errors: list[ClientError]) -> set[str]:
    return {error.response["Error"]["Code"] for error in errors}


def test_a_transaction_that_meets_another_is_cancelled_and_says_on_which_item(
    account: Account, table: str
) -> None:
    writes = [{"Update": _increment(table, item)} for item in (OTHER, BUSY)]

    with _transactions(account, table) as done:
        write = account.client("dynamodb").transact_write_items
        errors, turns = _errors_of_meetings(write, TransactItems=writes)

    assert _codes(errors) == {"TransactionCanceledException"}
    reasons = errors[0].response["CancellationReasons"]
    assert [reason["Code"] for reason in reasons] == ["None", "TransactionConflict"]
    assert "[None, TransactionConflict]" in errors[0].response["Error"]["Message"]
    assert _number(account, table, OTHER) == turns - len(errors)
    assert _number(account, table, BUSY) == turns - len(errors) + len(done)


@pytest.mark.parametrize("action", ["put_item", "update_item", "delete_item"])
def test_a_single_write_that_meets_a_transaction_is_refused(
    account: Account, table: str, action: str
) -> None:
    dynamodb = account.client("dynamodb")
    arguments: dict[str, Any] = {
        "put_item": {"TableName": table, "Item": {**_key(BUSY), "number": {"N": "7"}}},
        "update_item": _increment(table, BUSY),
        "delete_item": {"TableName": table, "Key": _key(BUSY)},
    }[action]

    with _transactions(account, table):
        errors, _ = _errors_of_meetings(getattr(dynamodb, action), **arguments)

    assert _codes(errors) == {"TransactionConflictException"}
    assert _errors(getattr(dynamodb, action), **arguments) == []


def test_reads_by_transaction_are_refused_and_plain_reads_never(
    account: Account, table: str
) -> None:
    dynamodb = account.client("dynamodb")
    by_transaction = [{"Get": {"TableName": table, "Key": _key(BUSY)}}]
    batch = {table: {"Keys": [_key(BUSY), _key(ALONE)], "ConsistentRead": True}}

    with _transactions(account, table):
        cancelled, _ = _errors_of_meetings(
            dynamodb.transact_get_items, TransactItems=by_transaction
        )
        plain = [
            *_errors(dynamodb.get_item, TableName=table, Key=_key(BUSY), ConsistentRead=True),
            *_errors(dynamodb.batch_get_item, RequestItems=batch),
            *_errors(dynamodb.scan, TableName=table),
        ]

    assert _codes(cancelled) == {"TransactionCanceledException"}
    assert cancelled[0].response["CancellationReasons"][0]["Code"] == "TransactionConflict"
    assert plain == []


def test_other_items_are_written_while_a_transaction_is_in_flight(
    account: Account, table: str
) -> None:
    dynamodb = account.client("dynamodb")

    with _transactions(account, table):
        errors = [
            *_errors(dynamodb.update_item, **_increment(table, OTHER)),
            *_errors(
                dynamodb.transact_write_items,
                TransactItems=[{"Update": _increment(table, OTHER)}],
            ),
        ]

    assert errors == []
    assert _number(account, table, OTHER) == 2 * TURNS


def test_after_its_answer_a_transaction_is_in_nobody_s_way(account: Account, table: str) -> None:
    dynamodb = account.client("dynamodb")
    writes = [{"Update": _increment(table, BUSY)}]

    for _ in range(TURNS):
        dynamodb.transact_write_items(TransactItems=writes)
        dynamodb.update_item(**_increment(table, BUSY))

    assert _number(account, table, BUSY) == 2 * TURNS


def test_a_transaction_that_failed_holds_nothing(account: Account, table: str) -> None:
    never = {**_increment(table, BUSY), "ConditionExpression": "attribute_not_exists(id)"}
    failing = [{"Update": never}, {"Update": _increment(table, ALONE)}]
    over, begun = threading.Event(), threading.Event()

    def fail() -> set[str]:
        write = account.client("dynamodb").transact_write_items
        errors = []
        while not over.is_set():
            errors += _errors(write, TransactItems=failing)
            begun.set()
        return _codes(errors)

    with ThreadPoolExecutor(1) as thread:
        failed = thread.submit(fail)
        begun.wait()
        errors = _errors(account.client("dynamodb").update_item, **_increment(table, BUSY))
        over.set()

    assert errors == []
    assert failed.result() == {"TransactionCanceledException"}
    assert _number(account, table, ALONE) == 0


def test_the_same_token_meanwhile_is_told_that_it_is_in_progress(
    account: Account, table: str
) -> None:
    writes = [{"Update": _increment(table, BUSY)}]
    together = threading.Barrier(8)

    def write(token: str) -> str:
        client = account.client("dynamodb")
        client.describe_table(TableName=table)  # opens the connection
        together.wait()
        error = refusal(client.transact_write_items, TransactItems=writes, ClientRequestToken=token)
        return error.response["Error"]["Code"] if error else "written"

    tokens: list[str] = []
    answers: list[str] = []
    deadline = time.monotonic() + PATIENCE_SECONDS
    with ThreadPoolExecutor(8) as threads:
        while "TransactionInProgressException" not in answers and time.monotonic() < deadline:
            tokens.append(unique("token"))
            answers += threads.map(write, [tokens[-1]] * 8)
    time.sleep(0.1)
    together = threading.Barrier(1)

    assert "TransactionInProgressException" in answers
    assert set(answers) <= {"written", "TransactionInProgressException"}
    assert write(tokens[-1]) == "written"
    assert _number(account, table, BUSY) == len(tokens)
