"""The registry in DynamoDB: reading proposes, the conditions of the writes decide."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from cluster_api.aws.faults import passing_faults
from cluster_api.aws.items import CLUSTER, HISTORY, LEASE, document, iso, item, key, record_of
from cluster_api.aws.leases import end, lend
from cluster_api.aws.updates import unchanged, update
from cluster_api.aws.writes import ATTEMPTS, NOBODYS, SERVICE, pause, write
from cluster_api.errors import AwsUnavailable
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


@dataclass(frozen=True, kw_only=True)
class DynamoRegistry:
    """Clusters, leases and history in one table (keys `kind` and `id`, TTL `expires_at`)."""

    client: "DynamoDBClient"
    table: str

    def find(self, project: Project) -> Record | None:
        """See Registry."""
        with passing_faults(SERVICE):
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
        with passing_faults(SERVICE):
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
            "ConditionExpression": NOBODYS,
        }
        if replacing is not None:
            condition = unchanged(replacing)
            put["ConditionExpression"] = condition["ConditionExpression"]
            put["ExpressionAttributeValues"] = condition["ExpressionAttributeValues"]
        self._transact(record, [{"Put": put}, lend(self.table, admitted)])
        return admitted

    def save(self, record: Record, replacing: Record) -> Record:
        """See Registry."""
        saved = replace(record, revision=replacing.revision + 1)
        expression = update(document(replacing), document(saved))

        def put() -> None:
            self.client.update_item(
                TableName=self.table, Key=key(CLUSTER, record.project.id), **expression
            )

        write(record.project.id, put)
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
        self._transact(record, [{"Update": change}, *end(self.table, replacing)])
        return saved

    def retire(self, record: Record, *, deleted_at: datetime, keep_days: int | None) -> None:
        """See Registry."""
        condition = unchanged(record)
        forget: TransactWriteItemTypeDef = {
            "Delete": {
                "TableName": self.table,
                "Key": key(CLUSTER, record.project.id),
                "ConditionExpression": condition["ConditionExpression"],
                "ExpressionAttributeValues": condition["ExpressionAttributeValues"],
            }
        }
        keep = [] if keep_days is None else [self._history(record, deleted_at, keep_days)]
        self._transact(record, [forget, *end(self.table, record), *keep])

    def _history(self, record: Record, at: datetime, days: int) -> "TransactWriteItemTypeDef":
        remembered = document(record) | {
            "deleted_at": iso(at),
            "expires_at": int((at + timedelta(days=days)).timestamp()),
        }
        id_ = f"{record.project.id}/{record.creation}"
        return {"Put": {"TableName": self.table, "Item": key(HISTORY, id_) | item(remembered)}}

    def _read(self, keys: list[dict[str, Any]]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for _ in range(ATTEMPTS):
            with passing_faults(SERVICE):
                answer = self.client.batch_get_item(
                    RequestItems={self.table: {"Keys": keys, "ConsistentRead": True}}
                )
            found.extend(answer["Responses"].get(self.table, []))
            left = answer.get("UnprocessedKeys", {}).get(self.table)
            if not left:
                return found
            keys = list(left["Keys"])
            pause()
        raise AwsUnavailable(SERVICE, "unprocessed keys")

    def _transact(self, record: Record, items: "list[TransactWriteItemTypeDef]") -> None:
        write(record.project.id, lambda: self.client.transact_write_items(TransactItems=items))
