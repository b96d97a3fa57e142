"""The update that makes one document of another, if it is still the one that was read."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypedDict

from cluster_api.aws.items import Document, item
from cluster_api.model import Record

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import UniversalAttributeValueTypeDef as Value


class Condition(TypedDict):
    """What must hold for a write to be done."""

    ConditionExpression: str
    ExpressionAttributeValues: "Mapping[str, Value]"


class Update(Condition):
    """What an update changes, if its condition holds."""

    UpdateExpression: str
    ExpressionAttributeNames: Mapping[str, str]


def update(before: Document, after: Document) -> Update:
    """UpdateExpression and its company; both documents are of the same creation.

    Only what differs is written: the provider writes failures of its own accord and does not
    count as a change. Where it was first, its failures stay: it knows more.
    """
    changed = [name for name in after if after[name] != before.get(name)]
    gone = [name for name in before if name not in after]
    names = {f"#{name}": name for name in [*changed, *gone, "revision", "creation"]}
    values = {f":{name}": after[name] for name in changed}
    sets = ", ".join(_assignment(name, before) for name in changed)
    removes = f" REMOVE {', '.join(f'#{name}' for name in gone)}" if gone else ""
    expected = {":expected_revision": before["revision"], ":creation": before["creation"]}
    return {
        "UpdateExpression": f"SET {sets}{removes}",
        "ConditionExpression": "#revision = :expected_revision AND #creation = :creation",
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": item(values | expected),
    }


def unchanged(record: Record) -> Condition:
    """The condition that the registry still has the record that was read."""
    values = {":revision": record.revision, ":creation": record.creation}
    return {
        "ConditionExpression": "revision = :revision AND creation = :creation",
        "ExpressionAttributeValues": item(values),
    }


def _assignment(name: str, before: Document) -> str:
    if name == "failures" and name not in before:
        return "#failures = if_not_exists(#failures, :failures)"
    return f"#{name} = :{name}"
