"""Functions that are handed the changes of a table, and fail on some."""

import json
import time
from collections.abc import Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

from aws_account import Account, allow, policy, unique

# Tells the queue what it was handed; fails on items named "bad", and names those called "later".
LISTENER = """
import json, os, boto3

def handler(event, context):
    names = [record["dynamodb"]["Keys"]["id"]["S"] for record in event["Records"]]
    boto3.client("sqs").send_message(QueueUrl=os.environ["QUEUE"], MessageBody=json.dumps(names))
    if "bad" in names:
        raise ValueError("bad")
    return {"batchItemFailures": [
        {"itemIdentifier": record["dynamodb"]["SequenceNumber"]}
        for record in event["Records"] if record["dynamodb"]["Keys"]["id"]["S"] == "later"
    ]}
"""


class Table:
    """A table with a stream, to which a function listens."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.dynamodb = account.client("dynamodb")
        self.name = unique("table")
        made = self.dynamodb.create_table(
            TableName=self.name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        )
        self.stream = made["TableDescription"]["LatestStreamArn"]

    def put(self, *names: str) -> None:
        """Put items in one transaction."""
        self.dynamodb.transact_write_items(
            TransactItems=[
                {"Put": {"TableName": self.name, "Item": {"id": {"S": name}}}} for name in names
            ]
        )

    def listen(self, function: str, **settings: Any) -> None:
        """Have the function handed all that the stream has."""
        self.account.client("lambda").create_event_source_mapping(
            FunctionName=function,
            EventSourceArn=self.stream,
            StartingPosition="TRIM_HORIZON",
            **settings,
        )


@pytest.fixture
def table(account: Account) -> Table:
    return Table(account)


def queue_arn(account: Account, queue: str) -> str:
    answer = account.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
    return str(answer["Attributes"]["QueueArn"])


def test_changes_of_a_transaction_are_handed_over_in_order(account: Account, table: Table) -> None:
    queue = account.queue()
    table.put("a", "b", "c")

    table.listen(account.function(LISTENER, QUEUE=queue))

    assert account.messages(queue, 1) == [["a", "b", "c"]]


def test_a_batch_goes_on_with_the_record_that_the_function_names(
    account: Account, table: Table
) -> None:
    queue, told = account.queue(), account.queue()
    table.put("a", "later", "z")

    table.listen(
        account.function(LISTENER, QUEUE=queue),
        FunctionResponseTypes=["ReportBatchItemFailures"],
        MaximumRetryAttempts=1,
        DestinationConfig={"OnFailure": {"Destination": queue_arn(account, told)}},
    )

    assert account.messages(queue, 2) == [["a", "later", "z"], ["later", "z"]]
    [record] = account.messages(told, 1)
    assert record["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert record["DDBStreamBatchInfo"]["batchSize"] == 2


def test_a_name_that_is_no_response_type_of_the_mapping_is_ignored(
    account: Account, table: Table
) -> None:
    queue = account.queue()
    table.put("later")

    table.listen(account.function(LISTENER, QUEUE=queue))
    first = account.messages(queue, 1)
    time.sleep(1.5)
    table.put("a")

    assert [*first, *account.messages(queue, 1)] == [["later"], ["a"]]


def test_halving_leaves_what_fails_alone_in_a_batch_and_hands_over_the_rest(
    account: Account, table: Table
) -> None:
    queue, told = account.queue(), account.queue()
    table.put("a", "bad", "c", "d")

    table.listen(
        account.function(LISTENER, QUEUE=queue),
        BisectBatchOnFunctionError=True,
        MaximumRetryAttempts=0,
        DestinationConfig={"OnFailure": {"Destination": queue_arn(account, told)}},
    )

    assert account.messages(queue, 5) == [
        ["a", "bad", "c", "d"],
        ["a", "bad"],
        ["a"],
        ["bad"],
        ["c", "d"],
    ]
    [record] = account.messages(told, 1)
    assert record["DDBStreamBatchInfo"]["batchSize"] == 1


def test_a_mapping_whose_function_may_not_read_the_stream_is_refused(
    account: Account, table: Table
) -> None:
    function = account.function(LISTENER)
    role = account.client("lambda").get_function(FunctionName=function)["Configuration"]["Role"]

    reasons = {
        missing: _refusal(account, table, function, role, missing)
        for missing in ("GetRecords", "GetShardIterator", "DescribeStream", "ListStreams")
    }

    assert all(f"dynamodb:{missing}" in reason for missing, reason in reasons.items())


def _refusal(account: Account, table: Table, function: str, role: str, missing: str) -> str:
    every: Mapping[str, Any] = allow("dynamodb:*")
    deny = {"Effect": "Deny", "Action": f"dynamodb:{missing}", "Resource": "*"}
    account.client("iam").put_role_policy(
        RoleName=role.rpartition("/")[2], PolicyName="p", PolicyDocument=policy(every, deny)
    )
    with pytest.raises(ClientError) as refused:
        table.listen(function)
    return json.dumps(refused.value.response["Error"])
