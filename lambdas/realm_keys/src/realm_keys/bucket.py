"""The object in S3 that nodes read.

A write names the object that it replaces, so of two passes at once one is refused. Source: S3 user
guide, "How to prevent object overwrites with conditional writes".
"""

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from realm_keys.errors import BucketRefused, PublishedMeanwhile
from realm_keys.jwks import LARGEST_BYTES
from realm_keys.model import Published

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_CONFLICTS = {"PreconditionFailed", "ConditionalRequestConflict"}


class S3Place:
    """`Place` over one object."""

    def __init__(self, *, client: "S3Client", bucket: str, key: str) -> None:
        self._client = client
        self._bucket = bucket
        self._key = key

    def read(self) -> Published | None:
        """See Place."""
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=self._key)
            text = answer["Body"].read(LARGEST_BYTES + 1)
        except self._client.exceptions.NoSuchKey:
            return None
        except (BotoCoreError, ClientError) as error:
            raise BucketRefused(self._where, str(error)) from error
        return Published(text=text, version=answer["ETag"], at=answer["LastModified"])

    def write(self, text: bytes, *, over: Published | None) -> None:
        """See Place."""
        try:
            if over is None:
                self._client.put_object(
                    Bucket=self._bucket,
                    Key=self._key,
                    Body=text,
                    ContentType="application/json",
                    IfNoneMatch="*",
                )
            else:
                self._client.put_object(
                    Bucket=self._bucket,
                    Key=self._key,
                    Body=text,
                    ContentType="application/json",
                    IfMatch=over.version,
                )
        except ClientError as error:
            if error.response["Error"]["Code"] in _CONFLICTS:
                raise PublishedMeanwhile(self._where) from error
            raise BucketRefused(self._where, str(error)) from error
        except BotoCoreError as error:
            raise BucketRefused(self._where, str(error)) from error

    @property
    def _where(self) -> str:
        return f"s3://{self._bucket}/{self._key}"
