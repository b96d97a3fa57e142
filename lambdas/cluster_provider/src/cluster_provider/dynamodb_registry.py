"""The registry's record of failures, in DynamoDB."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from cluster_provider.errors import RegistryUnavailable
from cluster_provider.model import Failure
from cluster_provider.request import Record

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

FAILURES_KEPT = 50
REASON_KEPT = 4000
"""Characters of a reason that are kept: with 50 reasons half of what an item may have (400 KB)."""


class DynamoDbFailureRegistry:
    """`FailureRegistry` over the attribute `failures` of the records of kind `cluster`."""

    def __init__(self, *, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def replace(self, record: Record, failures: Sequence[Failure]) -> None:
        """See FailureRegistry."""
        self._set(record, ":failures", {":failures": _list(failures)})

    def append(self, record: Record, failures: Sequence[Failure]) -> None:
        """See FailureRegistry. What is there already isn't added again, so a retry adds nothing."""
        added = _list(failures)
        self._set(
            record,
            "list_append(if_not_exists(failures, :none), :failures)",
            {":failures": added, ":none": {"L": []}, ":first": added["L"][0]},
            " AND NOT contains(failures, :first)",
        )

    def _set(
        self,
        record: Record,
        value: str,
        values: dict[str, "AttributeValueTypeDef"],
        condition: str = "",
    ) -> None:
        try:
            self._client.update_item(
                TableName=self._table,
                Key={"kind": {"S": "cluster"}, "id": {"S": record.id}},
                UpdateExpression=f"SET failures = {value}",
                ConditionExpression=f"creation = :creation{condition}",
                ExpressionAttributeValues={":creation": {"S": record.creation}, **values},
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return
        except (BotoCoreError, ClientError) as error:
            raise RegistryUnavailable(str(error)) from error


def _list(failures: Sequence[Failure]) -> "AttributeValueTypeDef":
    return {
        "L": [
            {
                "M": {
                    "failureCode": {"S": failure.code},
                    "failureReason": {"S": failure.reason[:REASON_KEPT]},
                }
            }
            for failure in failures[:FAILURES_KEPT]
        ]
    }
