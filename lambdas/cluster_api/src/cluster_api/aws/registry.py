"""The registry in DynamoDB: reading proposes, the conditions of the writes decide."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import SystemRandom
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import ClientError

from cluster_api.aws.faults import code_of, passing_faults
from cluster_api.aws.items import CLUSTER, HISTORY, LEASE, document, item, key, record_of
from cluster_api.aws.updates import Condition, update
from cluster_api.errors import AwsUnavailable, RecordChanged
from cluster_api.model import Project, Record
from cluster_api.ports import Look, Page

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import (
        PutTypeDef,
        QueryInputTypeDef,
        TransactWriteItemTypeDef,
        UpdateTypeDef,
    )

_SERVICE = "DynamoDB"
_NOBODYS = "attribute_not_exists(id)"
# A write that meets a transaction is refused without being wrong. About four seconds in all.
_CONFLICTS = {"TransactionConflict", "TransactionConflictException", "ThrottlingError"}
_ATTEMPTS = 16
_PAUSE_SECONDS = 0.25

_chance = SystemRandom()
Result = TypeVar("Result")


@dataclass(frozen=True, kw_only=True)
class DynamoRegistry:
    """Clusters, leases and history in one table (keys `kind` and `id`, TTL `expires_at`)."""

    client: "DynamoDBClient"
    table: str

    def find(self, project: Project) -> Record | None:
        """See Registry."""
        with passing_faults(_SERVICE):
            answer = self.client.get_item(
                TableName=self.table, Key=key(CLUSTER, project.id), ConsistentRead=True
            )
        return record_of(answer["Item"]) if "Item" in answer else None

    def look(self, project: Project, subnets: Sequence[str]) -> Look:
        """See Registry."""
        wanted = [key(CLUSTER, project.id), *(key(LEASE, subnet) for subnet in subnets)]
        items = self._read(wanted)
        held = {found["id"]["S"] for found in items if found["kind"]["S"] == LEASE}
        clusters = [record_of(found) for found in items if found["kind"]["S"] == CLUSTER]
        return Look(
            record=next(iter(clusters), None),
            free_subnets=tuple(subnet for subnet in subnets if subnet not in held),
        )

    def page(self, *, vlab_id: str | None, after: str | None, limit: int) -> Page:
        """See Registry."""
        of_lab = "" if vlab_id is None else " AND begins_with(id, :lab)"
        values = {":kind": CLUSTER} | ({} if vlab_id is None else {":lab": f"{vlab_id}/"})
        query: QueryInputTypeDef = {
            "TableName": self.table,
            "KeyConditionExpression": f"kind = :kind{of_lab}",
            "ExpressionAttributeValues": item(values),
            "ConsistentRead": True,
            "Limit": limit,
        }
        if after is not None:
            query["ExclusiveStartKey"] = key(CLUSTER, after)
        with passing_faults(_SERVICE):
            answer = self.client.query(**query)
        last = answer.get("LastEvaluatedKey")
        return Page(
            records=tuple(record_of(found) for found in answer["Items"]),
            after=last["id"]["S"] if last else None,
        )

    def admit(self, record: Record, replacing: Record | None) -> Record:
        """See Registry."""
        admitted = replace(record, revision=record.revision + 1)
        put: PutTypeDef = {
            "TableName": self.table,
            "Item": key(CLUSTER, record.project.id) | item(document(admitted)),
            "ConditionExpression": _NOBODYS,
        }
        if replacing is not None:
            unchanged = _unchanged(replacing)
            put["ConditionExpression"] = unchanged["ConditionExpression"]
            put["ExpressionAttributeValues"] = unchanged["ExpressionAttributeValues"]
        lease = {"holder": record.project.id, "creation": record.creation}
        lend: TransactWriteItemTypeDef = {
            "Put": {
                "TableName": self.table,
                "Item": key(LEASE, str(record.subnet_id)) | item(lease),
                "ConditionExpression": _NOBODYS,
            }
        }
        self._transact(record, [{"Put": put}, lend])
        return admitted

    def save(self, record: Record, replacing: Record) -> Record:
        """See Registry."""
        saved = replace(record, revision=replacing.revision + 1)
        expression = update(document(replacing), document(saved))

        def write() -> None:
            self.client.update_item(
                TableName=self.table, Key=key(CLUSTER, record.project.id), **expression
            )

        self._write(record, write)
        return saved

    def free_subnet(self, record: Record, replacing: Record) -> Record:
        """See Registry."""
        saved = replace(record, revision=replacing.revision + 1)
        expression = update(document(replacing), document(saved))
        change: UpdateTypeDef = {
            "TableName": self.table,
            "Key": key(CLUSTER, record.project.id),
            "UpdateExpression": expression["UpdateExpression"],
            "ConditionExpression": expression["ConditionExpression"],
            "ExpressionAttributeNames": expression["ExpressionAttributeNames"],
            "ExpressionAttributeValues": expression["ExpressionAttributeValues"],
        }
        self._transact(record, [{"Update": change}, *self._end_of_lease(replacing)])
        return saved

    def retire(self, record: Record, *, deleted_at: datetime, keep_days: int | None) -> None:
        """See Registry."""
        unchanged = _unchanged(record)
        end: TransactWriteItemTypeDef = {
            "Delete": {
                "TableName": self.table,
                "Key": key(CLUSTER, record.project.id),
                "ConditionExpression": unchanged["ConditionExpression"],
                "ExpressionAttributeValues": unchanged["ExpressionAttributeValues"],
            }
        }
        keep = [] if keep_days is None else [self._history(record, deleted_at, keep_days)]
        self._transact(record, [end, *self._end_of_lease(record), *keep])

    def _history(self, record: Record, at: datetime, days: int) -> "TransactWriteItemTypeDef":
        remembered = document(record) | {
            "deleted_at": at.isoformat(timespec="milliseconds"),
            "expires_at": int((at + timedelta(days=days)).timestamp()),
        }
        id_ = f"{record.project.id}/{record.creation}"
        return {"Put": {"TableName": self.table, "Item": key(HISTORY, id_) | item(remembered)}}

    def _end_of_lease(self, record: Record) -> "list[TransactWriteItemTypeDef]":
        if record.subnet_id is None:
            return []
        mine = {":holder": record.project.id, ":creation": record.creation}
        return [
            {
                "Delete": {
                    "TableName": self.table,
                    "Key": key(LEASE, record.subnet_id),
                    "ConditionExpression": (
                        f"{_NOBODYS} OR (holder = :holder AND creation = :creation)"
                    ),
                    "ExpressionAttributeValues": item(mine),
                }
            }
        ]

    def _read(self, keys: list[dict[str, Any]]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for _ in range(_ATTEMPTS):
            with passing_faults(_SERVICE):
                answer = self.client.batch_get_item(
                    RequestItems={self.table: {"Keys": keys, "ConsistentRead": True}}
                )
            found.extend(answer["Responses"].get(self.table, []))
            left = answer.get("UnprocessedKeys", {}).get(self.table)
            if not left:
                return found
            keys = list(left["Keys"])
            _pause()
        raise AwsUnavailable(_SERVICE, "unprocessed keys")

    def _transact(self, record: Record, items: "list[TransactWriteItemTypeDef]") -> None:
        self._write(record, lambda: self.client.transact_write_items(TransactItems=items))

    def _write(self, record: Record, write: Callable[[], object]) -> None:
        for _ in range(_ATTEMPTS):
            try:
                with passing_faults(_SERVICE):
                    write()
            except ClientError as error:
                reasons = _reasons(error)
                if "ConditionalCheckFailed" in reasons:
                    raise RecordChanged(record.project.id) from None
                if not reasons or not reasons <= _CONFLICTS:
                    raise
            else:
                return
            _pause()
        raise AwsUnavailable(_SERVICE, "transaction conflicts")


def _unchanged(record: Record) -> Condition:
    values = {":revision": record.revision, ":creation": record.creation}
    return {
        "ConditionExpression": "revision = :revision AND creation = :creation",
        "ExpressionAttributeValues": item(values),
    }


def _reasons(error: ClientError) -> set[str]:
    """Why a write was not done: those of a cancelled transaction, or that of a single write."""
    code = code_of(error)
    if code == "ConditionalCheckFailedException":
        return {"ConditionalCheckFailed"}
    if code in _CONFLICTS:
        return {code}
    if code != "TransactionCanceledException":
        return set()
    reasons = error.response.get("CancellationReasons", [])
    return {reason.get("Code", "None") for reason in reasons} - {"None"}


def _pause() -> None:
    time.sleep(_chance.uniform(0, _PAUSE_SECONDS))
