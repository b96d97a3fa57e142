"""The shared file system: its access points in EFS, and the function that deletes what is left."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from cluster_api.aws.faults import passing_faults

if TYPE_CHECKING:
    from mypy_boto3_efs import EFSClient
    from mypy_boto3_lambda import LambdaClient


@dataclass(frozen=True, kw_only=True)
class EfsAccessPoints:
    """Where the access points of a file system lead, whatever state they are in."""

    client: "EFSClient"
    file_system_id: str

    def names(self) -> Collection[str]:
        """See MountedDirectories. One that leads to the root names no directory."""
        pages = self.client.get_paginator("describe_access_points").paginate(
            FileSystemId=self.file_system_id
        )
        with passing_faults("EFS"):
            paths = [
                PurePosixPath(point.get("RootDirectory", {}).get("Path", "/"))
                for page in pages
                for point in page["AccessPoints"]
            ]
        return {name for path in paths for name in path.parts[1:2]}


@dataclass(frozen=True, kw_only=True)
class RetentionFunction:
    """The function of `project_directories`."""

    client: "LambdaClient"
    function_arn: str

    def begin_pass(self, in_use: Collection[str], listed_at: datetime) -> None:
        """See DirectoryRetention.

        It answers when the call is queued: a connection that is silent for as long as a pass takes
        would be cut off. What the function doesn't do, its own log and errors say.
        """
        listing = {"in_use": sorted(in_use), "listed_at": listed_at.isoformat()}
        with passing_faults("Lambda"):
            self.client.invoke(
                FunctionName=self.function_arn,
                InvocationType="Event",
                Payload=json.dumps(listing).encode(),
            )
