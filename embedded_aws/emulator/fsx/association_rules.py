"""What FSx accepts of a data repository association."""

from typing import Any

from ministack.services import s3

from embedded_aws.emulator.fsx import links, records
from embedded_aws.emulator.fsx.errors import FsxError, bad_request

MOST = 8
CHUNK_SIZES_MIB = (1, 512000)
USUAL_CHUNK_MIB = 1024
EVENTS = {"NEW", "CHANGED", "DELETED"}
TOO_OLD = "2.10"


def check_file_system(file_system: records.Record) -> None:
    """Refuse a file system that can't have associations, or not yet."""
    deployment = file_system.data["LustreConfiguration"]["DeploymentType"]
    version = file_system.data["FileSystemTypeVersion"]
    if deployment == "SCRATCH_1" or version == TOO_OLD:
        raise FsxError(
            "UnsupportedOperation",
            f"{deployment} file systems of Lustre {version} have no data repository associations: "
            "take another deployment type than SCRATCH_1, and Lustre 2.12 or 2.15",
        )
    if file_system.lifecycle != "AVAILABLE":
        raise bad_request(f"File system {file_system.id} is {file_system.lifecycle}, not AVAILABLE")


def directory(path: str | None) -> str:
    """Give the FileSystemPath of a request, without a last slash."""
    if not path or not path.startswith("/"):
        raise bad_request(f"FileSystemPath {path} does not begin with /")
    return path.rstrip("/") or "/"


def repository(path: str) -> str:
    """Give the DataRepositoryPath of a request."""
    bucket = links.place_of(path).bucket
    if not path.startswith(links.S3_SCHEME) or not bucket:
        raise bad_request(f"DataRepositoryPath {path} is not s3://bucket/prefix/")
    if bucket not in s3._buckets:
        raise bad_request(f"The bucket {bucket} of DataRepositoryPath does not exist")
    return path


def check_room(link: records.Record) -> None:
    """Refuse one too many, and what overlaps with another of the file system."""
    others = records.associations.of(link.file_system_id)
    if len(others) >= MOST:
        raise FsxError(
            "ServiceLimitExceeded",
            f"A file system has at most {MOST} data repository associations",
            Limit="FILE_SYSTEM_COUNT",
        )
    for other in others:
        if links.overlap(links.directory_of(link), links.directory_of(other)):
            raise bad_request(
                f"FileSystemPath {link.data['FileSystemPath']} overlaps with "
                f"{other.data['FileSystemPath']} of {other.id}"
            )
        mine, theirs = links.repository_of(link), links.repository_of(other)
        if mine.bucket == theirs.bucket and links.overlap(mine.prefix, theirs.prefix):
            raise bad_request(
                f"DataRepositoryPath {link.data['DataRepositoryPath']} overlaps with "
                f"{other.data['DataRepositoryPath']} of {other.id}"
            )


def chunk_size(asked: dict[str, Any]) -> int:
    """Give the size of a request, in MiB."""
    size = int(asked.get("ImportedFileChunkSize") or USUAL_CHUNK_MIB)
    least, most = CHUNK_SIZES_MIB
    if not least <= size <= most:
        raise bad_request(f"ImportedFileChunkSize {size} MiB is not in {least} to {most}")
    return size


def policies(asked: dict[str, Any]) -> dict[str, Any]:
    """Give the policies of a request."""
    for name in ("AutoImportPolicy", "AutoExportPolicy"):
        events = (asked.get(name) or {}).get("Events") or []
        unknown = set(events) - EVENTS
        if unknown:
            raise bad_request(f"{name} has {sorted(unknown)}; events are {sorted(EVENTS)}")
    return asked
