"""What IAM is asked for before FSx acts: each resource, as the Service Authorization Reference has.

Creating an association needs the permission on the file system and on the association, and those
for the service-linked role by which each file system reaches S3; creating a task, on the file
system and on the task; tags in a creation need fsx:TagResource.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

from ministack.core import iam_actions
from ministack.core.responses import get_account_id

from embedded_aws.emulator import further_permissions
from embedded_aws.emulator.api_request import ApiRequest
from embedded_aws.emulator.fsx import records
from embedded_aws.emulator.permission import Permission
from embedded_aws.emulator.resource_actions import LUSTRE_S3_ROLE_ACTIONS, LUSTRE_S3_SERVICE
from embedded_aws.emulator.seams import wrap

Arguments = dict[str, Any]

ASSOCIATION, FILE_SYSTEM, TASK = (
    "CreateDataRepositoryAssociation",
    "CreateFileSystem",
    "CreateDataRepositoryTask",
)


def install() -> None:
    """Name the resources and their tags, and ask for all of them."""
    iam_actions.SERVICE_TO_IAM_NAMESPACE["fsx"] = "fsx"
    wrap("core.iam_actions.extract_resource_arn", _naming_resources)
    further_permissions.ask_for("fsx", _further)
    wrap("services.tagging.resource_tags", _with_our_tags)


def _naming_resources(extract: Callable[..., str]) -> Callable[..., str]:
    def extract_resource_arn(service: str, *rest: Any, **named: Any) -> str:
        if service == "fsx":
            body = named.get("body", rest[3] if len(rest) > 3 else b"")  # noqa: PLR2004
            return _resource(json.loads(body or b"{}"))
        return extract(service, *rest, **named)

    return extract_resource_arn


def _resource(asked: Arguments) -> str:
    if "ResourceARN" in asked:
        return str(asked["ResourceARN"])
    if "AssociationId" in asked:
        found = records.associations.get(asked["AssociationId"])
        return found.data["ResourceARN"] if found else records.arn_of("association/*/*")
    if "TaskId" in asked:
        return records.arn_of(f"task/{asked['TaskId']}")
    if "FileSystemId" in asked:
        return records.arn_of(f"file-system/{asked['FileSystemId']}")
    return records.arn_of("file-system/*") if "FileSystemType" in asked else "*"


def _further(request: ApiRequest) -> Iterator[Permission]:
    """What a request needs besides its own action on what its parameters name first."""
    verb = request.action.partition(":")[2]
    asked = json.loads(request.body or b"{}")
    made = {
        ASSOCIATION: f"association/{asked.get('FileSystemId')}/*",
        FILE_SYSTEM: "file-system/*",
        TASK: "task/*",
    }.get(verb)
    if made is None:
        return
    arn = records.arn_of(made)
    if verb != FILE_SYSTEM:
        yield Permission(action=request.action, resource=arn)
    if asked.get("Tags"):
        yield Permission(action="fsx:TagResource", resource=arn)
    if verb == ASSOCIATION:
        role = f"arn:aws:iam::{get_account_id()}:role/aws-service-role/{LUSTRE_S3_SERVICE}/*"
        for action in LUSTRE_S3_ROLE_ACTIONS:
            keys = {"iam:awsservicename": LUSTRE_S3_SERVICE}
            yield Permission(action=action, resource=role, context=keys)


def _with_our_tags(original: Callable[[str], Any]) -> Callable[[str], Any]:
    def resource_tags(arn: str) -> Any:
        if ":fsx:" not in arn:
            return original(arn)
        record = records.named(arn)
        return record and {tag["Key"]: tag["Value"] for tag in record.data["Tags"]}

    return resource_tags
