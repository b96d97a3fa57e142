"""Which directories of a file system are linked to which prefixes of S3."""

from dataclasses import dataclass

from ministack.services import s3

from embedded_aws.emulator.fsx import records
from embedded_aws.emulator.fsx.errors import FsxError

S3_SCHEME = "s3://"


@dataclass(frozen=True, kw_only=True)
class Place:
    """A prefix of a bucket; the prefix is empty or ends with a slash."""

    bucket: str
    prefix: str


def association(association_id: str) -> records.Record:
    """Give an association that is there, or refuse."""
    record = records.associations.get(association_id)
    if record is None:
        raise FsxError(
            "DataRepositoryAssociationNotFound",
            f"Data repository association '{association_id}' does not exist.",
        )
    return record


def place_of(repository: str) -> Place:
    """Read `s3://bucket/prefix/`; the last slash may be left out."""
    bucket, _, prefix = repository.removeprefix(S3_SCHEME).partition("/")
    return Place(bucket=bucket, prefix=f"{prefix.strip('/')}/" if prefix.strip("/") else "")


def repository_of(link: records.Record) -> Place:
    """Give the prefix that an association links."""
    return place_of(str(link.data["DataRepositoryPath"]))


def directory_of(link: records.Record) -> str:
    """Give the directory that it links, from the root: empty, or ending with a slash."""
    path = str(link.data["FileSystemPath"]).strip("/")
    return f"{path}/" if path else ""


def key_of(link: records.Record, path: str) -> str:
    """Give the key of a file's object."""
    return repository_of(link).prefix + path.removeprefix(directory_of(link))


def path_of(link: records.Record, key: str) -> str:
    """Give the path of an object's file, from the root."""
    return directory_of(link) + key.removeprefix(repository_of(link).prefix)


def has_repository(link: records.Record) -> bool:
    """Whether the bucket is there."""
    return repository_of(link).bucket in s3._buckets


def overlap(one: str, other: str) -> bool:
    """Whether one directory (or prefix) is the other, or in it; both end with a slash, if any."""
    return one.startswith(other) or other.startswith(one)
