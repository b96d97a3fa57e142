"""What CloudFormation will put in for intrinsic functions, as long as it can be.

Lengths of names are those that AWS allows; CloudFormation's own are shorter. Regions have at most
14 characters (`ap-southeast-3`).
"""

from collections.abc import Iterable
from typing import Any

from cloudformation_values import PSEUDO_PARAMETERS
from synthesised import Template

# `arn:aws:<service>:<region>:<account>:` and what follows it; of a bucket without the two.
_ARNS = {
    "AWS::EFS::FileSystem": len("arn:aws:elasticfilesystem:ap-southeast-3:123456789012:") + 32,
    "AWS::KMS::Key": len("arn:aws:kms:ap-southeast-3:123456789012:key/") + 36,
    "AWS::Lambda::Function": len("arn:aws:lambda:ap-southeast-3:123456789012:function:") + 64,
    "AWS::S3::Bucket": len("arn:aws:s3:::") + 63,
    "AWS::StepFunctions::StateMachine": (
        len("arn:aws:states:ap-southeast-3:123456789012:stateMachine:") + 80
    ),
}
_OTHER_ARN, _NAME = 160, 64
_REFERRED_TO_BY_ARN = ("AWS::IAM::ManagedPolicy", "AWS::StepFunctions::StateMachine")


class LongestValues(dict[str, str]):
    """By the names that `cloudformation_values.resolved` asks for; any name has a value."""

    def __init__(self, templates: Iterable[Template]) -> None:
        """Know the types of the templates' resources, and what they export."""
        super().__init__()
        self._exports: dict[str, Any] = {}
        self._types: dict[str, str] = {}
        for template in templates:
            self._types |= {id_: one["Type"] for id_, one in template["Resources"].items()}
            for output in template.get("Outputs", {}).values():
                if "Export" in output:
                    self._exports[output["Export"]["Name"]] = output["Value"]

    def get(self, name: str, default: Any = None) -> Any:
        """A pseudo parameter as it is, anything else at its longest."""
        return PSEUDO_PARAMETERS.get(name) or "x" * self._length(name)

    def _length(self, name: str) -> int:
        match self._exports.get(name):
            case {"Fn::GetAtt": [id_, attribute]}:
                name = f"{id_}.{attribute}"
            case {"Ref": id_}:
                name = id_
        id_, _, attribute = name.partition(".")
        type_ = self._types.get(id_, "")
        if attribute.endswith("Arn") or type_ in _REFERRED_TO_BY_ARN or id_.endswith("Arn"):
            return _ARNS.get(type_, _OTHER_ARN)
        return _NAME
