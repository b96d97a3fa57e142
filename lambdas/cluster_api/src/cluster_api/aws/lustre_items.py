"""What a record keeps of its Lustre file system, as attributes of its item, and back."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from cluster_api.lustre import Export, Forced, Scratch, TaskState, Transfer

# Any: what a table holds has no type before it is parsed, here.
Document = Mapping[str, Any]


def lustre_document(
    scratch: Scratch | None, export: Export | None, imports: tuple[Transfer, ...]
) -> dict[str, Any]:
    """The attributes; None for those that have no value."""
    return {
        "scratch": asdict(scratch) if scratch else None,
        "export": _written(asdict(export)) if export else None,
        "imports": [_written(asdict(each)) for each in imports] or None,
    }


def scratch_of(document: Document | None) -> Scratch | None:
    """The scratch that an attribute holds."""
    return Scratch(**document) if document else None


def export_of(document: Document | None) -> Export | None:
    """The export that an attribute holds."""
    if not document:
        return None
    forced, transfer = document.get("forced"), document.get("transfer")
    return Export(
        attempt=document["attempt"],
        begun_at=datetime.fromisoformat(document["begun_at"]),
        checked_at=datetime.fromisoformat(document["checked_at"]),
        run=int(document["run"]),
        stack_told=document["stack_told"],
        forced=Forced(by=forced["by"], at=datetime.fromisoformat(forced["at"])) if forced else None,
        transfer=transfer_of(transfer) if transfer else None,
        report_path=document.get("report_path"),
        waiting_for=document.get("waiting_for"),
    )


def transfer_of(document: Document) -> Transfer:
    """The transfer that an attribute holds."""
    return Transfer(**{field.name: _read(field.name, document) for field in fields(Transfer)})


def _read(name: str, document: Document) -> Any:  # noqa: ANN401 - of as many types as fields
    value = document.get(name)
    if name.startswith("files_"):
        return int(value or 0)
    if name.endswith("_at"):
        return datetime.fromisoformat(value) if value else None
    return TaskState(str(value)) if name == "state" else value


def _written(document: Document) -> dict[str, Any]:
    """What has a value, in DynamoDB's types."""
    return {name: _plain(value) for name, value in document.items() if value is not None}


def _plain(value: object) -> object:
    match value:
        case dict():
            return _written(value)
        case datetime():
            return value.isoformat()
        case StrEnum():
            return str(value)
        case _:
            return value
