"""The description of the tiers, which `cdk deploy` publishes beside the templates."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from cluster_api.aws.faults import passing_faults
from cluster_api.model import Json

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


# Not frozen: a cached_property is kept in the instance.
@dataclass(kw_only=True)
class S3TierDetails:
    """One object in S3, whose key is its hash: so it is read once, when it is first asked for.

    `client` makes the client then, since no other call needs one.
    """

    client: Callable[[], "S3Client"]
    bucket: str
    key: str

    def read(self) -> Json:
        """See TierDetails."""
        return self._details

    @cached_property
    def _details(self) -> Json:
        with passing_faults("S3"):
            found = self.client().get_object(Bucket=self.bucket, Key=self.key)
            details: Json = json.loads(found["Body"].read())
        return details
