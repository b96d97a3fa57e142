"""The objects of a data repository: what an import reads, and an export writes."""

from typing import Any

from ministack.services import s3

REFUSED = 300


class StoreError(Exception):
    """S3 did not take an object."""


def names(bucket: str, prefix: str = "") -> list[str]:
    """Give the keys in a bucket that begin so, in order; none where there is no such bucket."""
    return sorted(key for key in list(_objects(bucket)) if key.startswith(prefix))


def read(bucket: str, key: str) -> tuple[bytes, dict[str, str]] | None:
    """Give what an object holds, and its user metadata as S3's headers; None if it isn't there."""
    found = _objects(bucket).get(key)
    if found is None:
        return None
    return s3._read_body(bucket, key, found), dict(found["metadata"])


def written(bucket: str, key: str) -> str:
    """Give what another object, or a new one, under that key has another of; "" without one."""
    found = _objects(bucket).get(key)
    return f"{found['etag']} {found['last_modified']}" if found else ""


def write(bucket: str, key: str, body: bytes, metadata: dict[str, str]) -> str:
    """Put it there, as S3 does for anybody; gives its `written`.

    Raises:
        StoreError: S3 refuses it.
    """
    status, _, answer = s3._put_object(bucket, key, body, dict(metadata))
    if status >= REFUSED:
        raise StoreError(bytes(answer).decode())
    return written(bucket, key)


def _objects(bucket: str) -> dict[str, Any]:
    found: dict[str, Any] = (s3._buckets.get(bucket) or {}).get("objects", {})
    return found
