"""Snapshots of instances: copies of their servers' data, which a restored instance begins with."""

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ministack.services import rds

from embedded_aws import mariadb
from embedded_aws.emulator.rds import servers
from embedded_aws.emulator.rds.errors import NOT_FOUND, RdsError


def take(
    identifier: str, instance: dict[str, Any], tags: Iterable[dict[str, str]] = ()
) -> dict[str, Any]:
    """Take one; a server that runs stands still meanwhile, as storage does on AWS.

    It has these tags, after the instance's where those are copied to its snapshots.
    """
    if identifier in rds._snapshots:
        raise RdsError(
            "DBSnapshotAlreadyExists",
            f"Cannot create the snapshot because a snapshot with the identifier {identifier} "
            "already exists.",
        )
    target = data(identifier)
    shutil.rmtree(target, ignore_errors=True)
    server = servers.running(instance)
    if server is None:
        mariadb.copy(servers.directory(instance) / "data", target)
    else:
        server.copy_data(target)
    snapshot: dict[str, Any] = rds._create_snapshot_internal(identifier, instance)
    snapshot["VpcId"] = instance["DBSubnetGroup"].get("VpcId", "")
    copied = snapshot["TagList"] if instance["CopyTagsToSnapshot"] else []
    snapshot["TagList"] = [*copied, *tags]
    rds._tags[snapshot["DBSnapshotArn"]] = snapshot["TagList"]
    return snapshot


def known(identifier: str) -> dict[str, Any]:
    """Give a snapshot that is there, or refuse."""
    snapshot: dict[str, Any] | None = rds._snapshots.get(identifier.rpartition(":")[2].lower())
    if snapshot is None:
        raise RdsError("DBSnapshotNotFound", f"DBSnapshot {identifier} not found.", NOT_FOUND)
    return snapshot


def remove(identifier: str) -> None:
    """Lose a snapshot's data."""
    shutil.rmtree(data(identifier), ignore_errors=True)


def data(identifier: str) -> Path:
    """Where the data of a snapshot are."""
    return servers.databases() / "snapshots" / identifier
