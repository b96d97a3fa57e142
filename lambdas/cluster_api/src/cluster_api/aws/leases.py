"""The leases of subnets: items beside the records, written in the same transactions."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cluster_api.aws.faults import passing_faults
from cluster_api.aws.items import CLUSTER, LEASE, iso, item, key
from cluster_api.aws.updates import unchanged
from cluster_api.aws.writes import NOBODYS, SERVICE, write
from cluster_api.errors import RecordChanged
from cluster_api.model import Record
from cluster_api.survey import Lease

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef


def lend(table: str, record: Record) -> "TransactWriteItemTypeDef":
    """The part of a transaction that lends the record's subnet, if nobody holds it."""
    lease = {
        "holder": record.project.id,
        "creation": record.creation,
        "since": iso(record.created_at),
    }
    return {
        "Put": {
            "TableName": table,
            "Item": key(LEASE, str(record.subnet_id)) | item(lease),
            "ConditionExpression": NOBODYS,
        }
    }


def end(table: str, record: Record) -> "list[TransactWriteItemTypeDef]":
    """The part of a transaction that ends the record's lease, unless another one holds it now."""
    if record.subnet_id is None:
        return []
    return [
        {
            "Delete": {
                "TableName": table,
                "Key": key(LEASE, record.subnet_id),
                "ConditionExpression": _MINE,
                "ExpressionAttributeValues": _me(record.project.id, record.creation),
            }
        }
    ]


@dataclass(frozen=True, kw_only=True)
class DynamoLeases:
    """The leases in the registry's table."""

    client: "DynamoDBClient"
    table: str

    def all(self) -> Sequence[Lease]:
        """See Leases."""
        with passing_faults(SERVICE):
            pages = self.client.get_paginator("query").paginate(
                TableName=self.table,
                KeyConditionExpression="kind = :kind",
                ExpressionAttributeValues=item({":kind": LEASE}),
                ConsistentRead=True,
            )
            return [_lease(found) for page in pages for found in page["Items"]]

    def end(self, lease: Lease) -> None:
        """See Leases."""
        with suppress(RecordChanged):
            write(
                lease.subnet_id,
                lambda: self.client.delete_item(
                    TableName=self.table,
                    Key=key(LEASE, lease.subnet_id),
                    ConditionExpression=_MINE,
                    ExpressionAttributeValues=_me(lease.holder, lease.creation),
                ),
            )

    def restore(self, record: Record) -> None:
        """See Leases."""
        condition = unchanged(record)
        still_there: TransactWriteItemTypeDef = {
            "ConditionCheck": {
                "TableName": self.table,
                "Key": key(CLUSTER, record.project.id),
                "ConditionExpression": condition["ConditionExpression"],
                "ExpressionAttributeValues": condition["ExpressionAttributeValues"],
            }
        }
        parts = [still_there, lend(self.table, record)]
        write(record.project.id, lambda: self.client.transact_write_items(TransactItems=parts))


_MINE = f"{NOBODYS} OR (holder = :holder AND creation = :creation)"


def _me(holder: str, creation: str) -> Mapping[str, Any]:
    return item({":holder": holder, ":creation": creation})


def _lease(found: Mapping[str, Any]) -> Lease:
    since = found.get("since", {}).get("S")
    return Lease(
        subnet_id=found["id"]["S"],
        holder=found["holder"]["S"],
        creation=found["creation"]["S"],
        since=datetime.fromisoformat(since) if since else None,
    )
