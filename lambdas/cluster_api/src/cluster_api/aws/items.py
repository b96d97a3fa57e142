"""Records as items of the registry's table, and back."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from cluster_api.aws.lustre_items import export_of, lustre_document, scratch_of, transfer_of
from cluster_api.model import Failure, HeadNode, Project, Record, State
from cluster_api.users import User

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import UniversalAttributeValueTypeDef as Value

CLUSTER, LEASE, HISTORY = "cluster", "lease", "history"

# Any: what a table holds has no type before it is parsed, here.
Document = dict[str, Any]

_serializer = TypeSerializer()
_deserializer = TypeDeserializer()

_HEAD_NODE_NAMES = {
    "instance_id": "instanceId",
    "instance_type": "instanceType",
    "launch_time": "launchTime",
    "private_ip_address": "privateIpAddress",
    "state": "state",
}
# Attributes that a document writes in another form than the record.
_TRANSLATED = {
    "project",
    "state",
    "created_at",
    "updated_at",
    "head_node",
    "failures",
    "users",
    "scratch",
    "export",
    "imports",
}


def document(record: Record) -> Document:
    """The attributes of a record that have a value, beside its key."""
    plain = {
        field.name: getattr(record, field.name)
        for field in fields(record)
        if field.name not in _TRANSLATED
    }
    translated = {
        "vlab_id": record.project.vlab_id,
        "project_id": record.project.project_id,
        "state": str(record.state),
        "created_at": iso(record.created_at),
        "updated_at": iso(record.updated_at),
        "head_node": _head_node_document(record.head_node),
        "failures": [
            {"failureCode": failure.code, "failureReason": failure.reason}
            for failure in record.failures
        ]
        or None,
        "users": [
            {"name": user.name, "uid": user.uid, "public_key": user.public_key}
            for user in record.users
        ]
        or None,
        **lustre_document(record.scratch, record.export, record.imports),
    }
    return {name: value for name, value in (plain | translated).items() if value is not None}


def record_of(item: Mapping[str, Any]) -> Record:
    """The record that an item, as the client returns it, holds."""
    document = _plain({name: _deserializer.deserialize(item[name]) for name in item})
    names = {field.name for field in fields(Record)} - _TRANSLATED
    return Record(
        **{name: document[name] for name in names if name in document},
        project=Project(vlab_id=document["vlab_id"], project_id=document["project_id"]),
        state=State(document["state"]),
        created_at=datetime.fromisoformat(document["created_at"]),
        updated_at=datetime.fromisoformat(document["updated_at"]),
        head_node=_head_node(document.get("head_node")),
        failures=tuple(
            Failure(code=failure["failureCode"], reason=failure["failureReason"])
            for failure in document.get("failures", [])
        ),
        users=tuple(
            User(name=user["name"], uid=int(user["uid"]), public_key=user["public_key"])
            for user in document.get("users", [])
        ),
        scratch=scratch_of(document.get("scratch")),
        export=export_of(document.get("export")),
        imports=tuple(transfer_of(each) for each in document.get("imports", [])),
    )


def item(document: Document) -> "dict[str, Value]":
    """A document in the client's typed form."""
    return {name: _serializer.serialize(value) for name, value in document.items()}


def key(kind: str, id_: str) -> "dict[str, Value]":
    """The key of an item in the client's typed form."""
    return item({"kind": kind, "id": id_})


def iso(moment: datetime) -> str:
    """A moment as the table holds it, exact to the millisecond."""
    return moment.isoformat(timespec="milliseconds")


def _head_node_document(head_node: HeadNode | None) -> dict[str, str] | None:
    if head_node is None:
        return None
    return {theirs: getattr(head_node, ours) for ours, theirs in _HEAD_NODE_NAMES.items()}


def _head_node(document: Mapping[str, str] | None) -> HeadNode | None:
    if document is None:
        return None
    return HeadNode(**{ours: document[theirs] for ours, theirs in _HEAD_NODE_NAMES.items()})


def _plain(document: Document) -> Document:
    return {
        name: int(value) if isinstance(value, Decimal) else value
        for name, value in document.items()
    }
