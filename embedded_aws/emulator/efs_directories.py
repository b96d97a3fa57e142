"""Files on EFS.

ministack 1.5.33 keeps a file system's description, and no files. Here each is a directory, which
nodes mount (`file_system_directories`), and an access point is a link to its root directory beside
it. Both come and go with what they are of. Not so exact: the root directory is made when the access
point is, on AWS when it is first mounted; one that can't be there is as one that isn't.
"""

import json
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from embedded_aws import beneath
from embedded_aws.emulator import file_system_directories
from embedded_aws.emulator.seams import wrap

Answer = tuple[int, Any, Any]
Handler = Callable[..., Answer]

_REFUSED = 300


def install() -> None:
    """Follow what ministack's service does."""
    wrap("services.efs._create_file_system", _making_file_systems)
    wrap("services.efs._delete_file_system", _removing_file_systems)
    wrap("services.efs._create_access_point", _making_access_points)
    wrap("services.efs._delete_access_point", _removing_access_points)


def _making_file_systems(create: Handler) -> Handler:
    def create_file_system(body: dict[str, Any]) -> Answer:
        answer = create(body)
        if answer[0] < _REFUSED:
            file_system_directories.make(json.loads(answer[2])["FileSystemId"])
        return answer

    return create_file_system


def _removing_file_systems(delete: Handler) -> Handler:
    def delete_file_system(file_system_id: str) -> Answer:
        answer = delete(file_system_id)
        if answer[0] < _REFUSED:
            file_system_directories.remove(file_system_id)
        return answer

    return delete_file_system


def _making_access_points(create: Handler) -> Handler:
    def create_access_point(body: dict[str, Any]) -> Answer:
        answer = create(body)
        if answer[0] < _REFUSED:
            made = json.loads(answer[2])
            _lead(made["AccessPointId"], made["FileSystemId"], made["RootDirectory"])
        return answer

    return create_access_point


def _removing_access_points(delete: Handler) -> Handler:
    def delete_access_point(access_point_id: str) -> Answer:
        answer = delete(access_point_id)
        if answer[0] < _REFUSED:
            file_system_directories.directory(access_point_id).unlink(missing_ok=True)
        return answer

    return delete_access_point


def _lead(access_point_id: str, file_system_id: str, root: dict[str, Any]) -> None:
    parts = [part for part in root.get("Path", "/").split("/") if part]
    directory = file_system_directories.make(file_system_id)
    with suppress(OSError):
        _have(directory, parts, root.get("CreationInfo"))
        link = file_system_directories.directory(access_point_id)
        link.symlink_to(directory.joinpath(*parts))


def _have(directory: Path, parts: list[str], creation: dict[str, Any] | None) -> None:
    """Have the root directory, made with its owner and mode if it isn't there and they are told."""
    with suppress(FileNotFoundError), beneath.opened(directory, parts):
        return
    if creation is None:
        raise FileNotFoundError(f"{'/'.join(parts)} isn't there, and no CreationInfo says how")
    with beneath.opened(directory, parts, make=True) as made:
        if os.geteuid() == 0:
            os.fchown(made, int(creation["OwnerUid"]), int(creation["OwnerGid"]))
        os.fchmod(made, int(str(creation["Permissions"]), 8))
