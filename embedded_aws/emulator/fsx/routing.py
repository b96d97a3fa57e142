"""The way of an FSx request: to us, past IAM, to its action, and back."""

import json
from collections.abc import Callable
from typing import Any

from ministack.core import iam_actions, router
from ministack.core.responses import get_account_id, get_region

from embedded_aws.emulator.fsx import associations, file_systems, records, tags, tasks
from embedded_aws.emulator.fsx.errors import FsxError
from embedded_aws.emulator.seams import wrap

Arguments = dict[str, Any]
Response = tuple[int, dict[str, str], bytes]

TARGET = "AWSSimbaAPIService_v20180301"
ACTIONS: dict[str, Callable[[Arguments], Arguments]] = {
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
    """Make ministack's router and its permission checks know the service."""
    from ministack import app  # noqa: PLC0415  it reads the environment when imported

    router.SERVICE_PATTERNS["fsx"] = {"host_patterns": [r"fsx\."], "target_prefixes": [TARGET]}
    iam_actions.SERVICE_TO_IAM_NAMESPACE["fsx"] = "fsx"
    app.SERVICE_HANDLERS["fsx"] = _handle
    wrap("core.iam_actions.extract_resource_arn", _name_resources)


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


def _name_resources(extract: Callable[..., str]) -> Callable[..., str]:
    def extract_resource_arn(service: str, *rest: Any, **named: Any) -> str:
        if service == "fsx":
            body = named.get("body", rest[3] if len(rest) > 3 else b"")  # noqa: PLR2004
            return _resource(json.loads(body or b"{}"))
        return extract(service, *rest, **named)

    return extract_resource_arn


def _resource(asked: Arguments) -> str:
    """Give the ARN that a request's permission is needed on."""
    if "ResourceARN" in asked:
        return str(asked["ResourceARN"])
    prefix = f"arn:aws:fsx:{get_region()}:{get_account_id()}"
    if "AssociationId" in asked:
        found = records.associations.get(asked["AssociationId"])
        return found.data["ResourceARN"] if found else f"{prefix}:association/*/*"
    if "FileSystemId" in asked:
        return f"{prefix}:file-system/{asked['FileSystemId']}"
    if "FileSystemType" in asked:
        return f"{prefix}:file-system/*"
    return "*"
