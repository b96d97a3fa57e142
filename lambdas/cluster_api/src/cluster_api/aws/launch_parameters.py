"""What launches need and `cdk deploy` writes to SSM: all that is below one path, in one reading."""

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from cluster_api.aws.faults import passing_faults

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient

_KEPT_SECONDS = 300


class LaunchParameters:
    """Parameters below `path`, by their whole names; read once in five minutes, when needed."""

    def __init__(self, *, client: "SSMClient", path: str) -> None:
        """Read with `client`."""
        self.path = path
        self._client = client
        self._values: dict[str, str] = {}
        self._read_at: float | None = None

    def values(self) -> Mapping[str, str]:
        """All of them, also those of the folders below."""
        if self._read_at is None or time.monotonic() - self._read_at > _KEPT_SECONDS:
            self._values = self._read()
            self._read_at = time.monotonic()
        return self._values

    def _read(self) -> dict[str, str]:
        with passing_faults("SSM"):
            pages = self._client.get_paginator("get_parameters_by_path").paginate(
                Path=self.path, Recursive=True
            )
            return {
                parameter["Name"]: parameter["Value"]
                for page in pages
                for parameter in page["Parameters"]
            }
