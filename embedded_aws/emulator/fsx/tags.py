"""FSx's actions on tags, of anything it keeps."""

from typing import Any

from embedded_aws.emulator.fsx import records
from embedded_aws.emulator.fsx.errors import FsxError

Arguments = dict[str, Any]


def tag(asked: Arguments) -> Arguments:
    """TagResource."""
    data = _tagged(asked["ResourceARN"])
    new = {entry["Key"] for entry in asked["Tags"]}
    data["Tags"] = [entry for entry in data["Tags"] if entry["Key"] not in new] + asked["Tags"]
    return {}


def untag(asked: Arguments) -> Arguments:
    """UntagResource."""
    data = _tagged(asked["ResourceARN"])
    data["Tags"] = [entry for entry in data["Tags"] if entry["Key"] not in asked["TagKeys"]]
    return {}


def list_tags(asked: Arguments) -> Arguments:
    """ListTagsForResource."""
    return {"Tags": _tagged(asked["ResourceARN"])["Tags"]}


def _tagged(arn: str) -> dict[str, Any]:
    record = records.named(arn)
    if record is None:
        raise FsxError("ResourceNotFound", f"The resource {arn} does not exist.", ResourceARN=arn)
    return record.data
