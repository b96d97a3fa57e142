"""FSx's data repository tasks: import metadata, export files. Here nothing is copied."""

import secrets
from typing import Any

from embedded_aws.emulator.fsx import records
from embedded_aws.emulator.fsx.errors import FsxError, bad_request
from embedded_aws.emulator.fsx.file_systems import arn_of, known
from embedded_aws.emulator.fsx.paging import choose, page

Arguments = dict[str, Any]

FILTERS = {"file-system-id": "FileSystemId", "task-lifecycle": "Lifecycle"}
TYPES = ("EXPORT_TO_REPOSITORY", "IMPORT_METADATA_FROM_REPOSITORY", "RELEASE_DATA_FROM_FILESYSTEM")


def create(asked: Arguments) -> Arguments:
    """CreateDataRepositoryTask."""
    file_system = known(asked["FileSystemId"])
    if asked.get("Type") not in TYPES:
        raise bad_request(f"Type {asked.get('Type')} is not one of {TYPES}")
    if file_system.lifecycle != "AVAILABLE":
        raise bad_request(f"File system {file_system.id} is {file_system.lifecycle}, not AVAILABLE")
    if not any(r.data["FileSystemId"] == file_system.id for r in records.associations.all()):
        raise bad_request(f"File system {file_system.id} has no data repository association")
    task_id = f"task-{secrets.token_hex(9)[:17]}"
    data = {
        "FileSystemId": file_system.id,
        "Paths": asked.get("Paths") or [],
        "Report": asked.get("Report") or {"Enabled": False},
        "ResourceARN": arn_of("fsx", f"task/{task_id}"),
        "Tags": asked.get("Tags") or [],
        "TaskId": task_id,
        "Type": asked["Type"],
    }
    record = records.tasks.add(records.Record(id=task_id, data=data, ready_state="SUCCEEDED"))
    return {"DataRepositoryTask": _described(record)}


def _described(record: records.Record) -> dict[str, Any]:
    described = record.described()
    if described["Lifecycle"] == "CREATING":
        return {**described, "Lifecycle": "EXECUTING", "StartTime": record.made_at}
    end = record.made_at + records.SECONDS_TO_CREATE
    return {**described, "StartTime": record.made_at, "EndTime": end}


def describe(asked: Arguments) -> Arguments:
    """DescribeDataRepositoryTasks."""
    by_id = {record.id: record for record in records.tasks.all()}
    for task_id in asked.get("TaskIds") or []:
        if task_id not in by_id:
            raise FsxError("DataRepositoryTaskNotFound", f"Task '{task_id}' does not exist.")
    chosen = [by_id[i] for i in asked.get("TaskIds") or by_id]
    return page(
        choose([_described(record) for record in chosen], asked, FILTERS),
        asked,
        "DataRepositoryTasks",
    )
