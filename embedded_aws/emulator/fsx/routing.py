"""The way of an FSx request: to us, to its action, and back."""

import json
from collections.abc import Callable
from typing import Any

from ministack.core import router

from embedded_aws.emulator.fsx import associations, file_systems, tags, tasks
from embedded_aws.emulator.fsx.errors import FsxError

Arguments = dict[str, Any]
Response = tuple[int, dict[str, str], bytes]

TARGET = "AWSSimbaAPIService_v20180301"
ACTIONS: dict[str, Callable[[Arguments], Arguments]] = {
    "CancelDataRepositoryTask": tasks.cancel,
    "CreateDataRepositoryAssociation": associations.create,
    "CreateDataRepositoryTask": tasks.create,
    "CreateFileSystem": file_systems.create,
    "DeleteDataRepositoryAssociation": associations.delete,
    "DeleteFileSystem": file_systems.delete,
    "DescribeDataRepositoryAssociations": associations.describe,
    "DescribeDataRepositoryTasks": tasks.describe,
    "DescribeFileSystems": file_systems.describe,
    "ListTagsForResource": tags.list_tags,
    "TagResource": tags.tag,
    "UntagResource": tags.untag,
    "UpdateDataRepositoryAssociation": associations.update,
    "UpdateFileSystem": file_systems.update,
}
SUCCESS, REFUSED = 200, 400


def install() -> None:
    """Make ministack's router know the service."""
    from ministack import app  # noqa: PLC0415  it reads the environment when imported

    router.SERVICE_PATTERNS["fsx"] = {"host_patterns": [r"fsx\."], "target_prefixes": [TARGET]}
    app.SERVICE_HANDLERS["fsx"] = _handle


async def _handle(
    _method: str, _path: str, headers: dict[str, str], body: bytes, _query: Any
) -> Response:
    name = headers.get("x-amz-target", "").rpartition(".")[2]
    if name not in ACTIONS:
        return _answer(REFUSED, {"__type": "UnknownOperationException", "message": name})
    try:
        return _answer(SUCCESS, ACTIONS[name](json.loads(body or b"{}")))
    except FsxError as error:
        told = {"Message": error.message, "message": error.message, **error.more}
        return _answer(REFUSED, {"__type": error.code, **told})


def _answer(status: int, content: Arguments) -> Response:
    return status, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(content).encode()
