"""One file or directory of a task: from S3 to the file system, or back."""

import stat
from contextlib import suppress

from embedded_aws.emulator.fsx import contents, objects, records
from embedded_aws.emulator.fsx.posix_metadata import Attributes
from embedded_aws.emulator.fsx.task_paths import Item
from embedded_aws.emulator.fsx.task_rules import EXPORT

NOTHING_TO_DO = ""
S3_ERROR = "S3Error"
NOT_LINKED = "DataRepositoryAssociationNotFound"  # ours: AWS doesn't say what comes then
# Ours too: what can't be a file as the object says, or where something else is.
FILE_ERROR = "FileSystemError"
NOT_UTF_8 = "PathEncodingInvalid"
LONGEST_KEY = 1024


def transfer(task: records.Record, item: Item) -> str:
    """Do it; gives the report's error code, "" if all is well."""
    if item.link.deleted_at is not None:
        return NOT_LINKED
    try:
        if task.data["Type"] == EXPORT:
            return _export(task.file_system_id, item)
        return _import(item)
    except objects.StoreError:
        return S3_ERROR
    except contents.IMPOSSIBLE:
        return FILE_ERROR


def bring(item: Item) -> None:
    """Import it without a task; where that can't be, nothing comes."""
    with suppress(*contents.IMPOSSIBLE):
        _import(item)


def _export(file_system_id: str, item: Item) -> str:
    file = contents.read(file_system_id, item.path)
    if file is None:
        return NOTHING_TO_DO  # removed since the task began: there is nothing to export
    try:
        if len(item.key.encode()) > LONGEST_KEY:
            return "PathSizeTooLong"
    except UnicodeEncodeError:
        return NOT_UTF_8
    written = objects.write(item.bucket, item.key, file.body, file.attributes.headers())
    contents.note_same(file_system_id, item.path, file.stamp, written=written)
    return ""


def _import(item: Item) -> str:
    file_system_id = item.link.file_system_id
    written = objects.written(item.bucket, item.key)
    found = objects.read(item.bucket, item.key)
    there = contents.read_stamp(file_system_id, item.path) is not None
    if found is None or (there and contents.is_changed(file_system_id, item.path)):
        return NOTHING_TO_DO  # what was written on the file system is never lost to an import
    if there and contents.is_of(file_system_id, item.path, written):
        return NOTHING_TO_DO  # a job may have it open, and write more
    body, headers = found
    attributes = Attributes.read(headers, kind=stat.S_IFDIR if item.is_directory else stat.S_IFREG)
    file = contents.File(body=body, attributes=attributes)
    contents.write(file_system_id, item.path, file, written=written)
    return ""
