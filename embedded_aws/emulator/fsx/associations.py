"""FSx's actions on data repository associations: directories of Lustre linked to prefixes of S3."""

import secrets
import time
from typing import Any

from ministack.services import s3

from embedded_aws.emulator.fsx import records
from embedded_aws.emulator.fsx.errors import FsxError, bad_request
from embedded_aws.emulator.fsx.file_systems import arn_of, known
from embedded_aws.emulator.fsx.paging import choose, page

Arguments = dict[str, Any]

FILTERS = {"file-system-id": "FileSystemId", "data-repository-type": "DataRepositoryType"}
MOST = 8
CHUNK_SIZES_MIB = (1, 512000)
USUAL_CHUNK_MIB = 1024
EVENTS = {"NEW", "CHANGED", "DELETED"}


def create(asked: Arguments) -> Arguments:
    """CreateDataRepositoryAssociation."""
    file_system = known(asked["FileSystemId"])
    deployment = file_system.data["LustreConfiguration"]["DeploymentType"]
    if deployment == "SCRATCH_1":
        raise FsxError("UnsupportedOperation", "SCRATCH_1 file systems have no associations")
    if file_system.lifecycle != "AVAILABLE":
        raise bad_request(f"File system {file_system.id} is {file_system.lifecycle}, not AVAILABLE")
    path, repository = _path(asked.get("FileSystemPath")), _repository(asked)
    _check_room(_of(file_system.id), path, repository)
    association_id = f"dra-{secrets.token_hex(9)[:17]}"
    data = {
        "AssociationId": association_id,
        "BatchImportMetaDataOnCreate": asked.get("BatchImportMetaDataOnCreate", False),
        "DataRepositoryPath": repository,
        "DataRepositoryType": "S3",
        "FileSystemId": file_system.id,
        "FileSystemPath": path,
        "ImportedFileChunkSize": _chunk_size(asked),
        "ResourceARN": arn_of("fsx", f"association/{file_system.id}/{association_id}"),
        "S3": _policies(asked.get("S3") or {}),
        "Tags": asked.get("Tags") or [],
    }
    record = records.associations.add(records.Record(id=association_id, data=data))
    return {"Association": _described(record)}


def _described(record: records.Record) -> dict[str, Any]:
    return {k: v for k, v in record.described().items() if k != "DataRepositoryType"}


def _of(file_system_id: str) -> list[records.Record]:
    return [r for r in records.associations.all() if r.data["FileSystemId"] == file_system_id]


def _path(path: str | None) -> str:
    if not path or not path.startswith("/"):
        raise bad_request(f"FileSystemPath {path} does not begin with /")
    return path.rstrip("/") or "/"


def _repository(asked: Arguments) -> str:
    path = str(asked.get("DataRepositoryPath", ""))
    bucket = path.removeprefix("s3://").split("/")[0]
    if not path.startswith("s3://") or not bucket:
        raise bad_request(f"DataRepositoryPath {path} is not s3://bucket/prefix/")
    if bucket not in s3._buckets:
        raise bad_request(f"The bucket {bucket} of DataRepositoryPath does not exist")
    return path


def _check_room(others: list[records.Record], path: str, repository: str) -> None:
    if len(others) >= MOST:
        raise FsxError(
            "ServiceLimitExceeded",
            f"A file system has at most {MOST} data repository associations",
            Limit="FILE_SYSTEM_COUNT",
        )
    for other in others:
        if _overlap(f"{path}/", f"{other.data['FileSystemPath']}/"):
            raise bad_request(
                f"FileSystemPath {path} overlaps with {other.data['FileSystemPath']} of {other.id}"
            )
        theirs = other.data["DataRepositoryPath"]
        if _overlap(f"{repository.rstrip('/')}/", f"{theirs.rstrip('/')}/"):
            raise bad_request(
                f"DataRepositoryPath {repository} overlaps with {theirs} of {other.id}"
            )


def _overlap(one: str, other: str) -> bool:
    one, other = one.replace("//", "/"), other.replace("//", "/")
    return one.startswith(other) or other.startswith(one)


def _chunk_size(asked: Arguments) -> int:
    size = int(asked.get("ImportedFileChunkSize") or USUAL_CHUNK_MIB)
    least, most = CHUNK_SIZES_MIB
    if not least <= size <= most:
        raise bad_request(f"ImportedFileChunkSize {size} MiB is not in {least} to {most}")
    return size


def _policies(asked: dict[str, Any]) -> dict[str, Any]:
    for name in ("AutoImportPolicy", "AutoExportPolicy"):
        events = (asked.get(name) or {}).get("Events") or []
        unknown = set(events) - EVENTS
        if unknown:
            raise bad_request(f"{name} has {sorted(unknown)}; events are {sorted(EVENTS)}")
    return asked


def association(association_id: str) -> records.Record:
    """Give an association that is there, or refuse."""
    record = records.associations.get(association_id)
    if record is None:
        raise FsxError(
            "DataRepositoryAssociationNotFound",
            f"Data repository association '{association_id}' does not exist.",
        )
    return record


def describe(asked: Arguments) -> Arguments:
    """DescribeDataRepositoryAssociations."""
    ids = asked.get("AssociationIds") or []
    chosen = [association(i) for i in ids] if ids else records.associations.all()
    items = choose([record.described() for record in chosen], asked, FILTERS)
    answer = page(items, asked, "Associations")
    shown = [
        {k: v for k, v in i.items() if k != "DataRepositoryType"} for i in answer["Associations"]
    ]
    return {**answer, "Associations": shown}


def update(asked: Arguments) -> Arguments:
    """UpdateDataRepositoryAssociation: policies and chunk size."""
    record = association(asked["AssociationId"])
    if "S3" in asked:
        record.data["S3"] = {**record.data["S3"], **_policies(asked["S3"])}
    if "ImportedFileChunkSize" in asked:
        record.data["ImportedFileChunkSize"] = _chunk_size(asked)
    return {"Association": _described(record)}


def delete(asked: Arguments) -> Arguments:
    """DeleteDataRepositoryAssociation."""
    record = association(asked["AssociationId"])
    record.deleted_at = record.deleted_at or time.time()
    return {
        "AssociationId": record.id,
        "DeleteDataInFileSystem": asked.get("DeleteDataInFileSystem", False),
        "Lifecycle": "DELETING",
    }
