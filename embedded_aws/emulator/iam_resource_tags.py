"""`aws:ResourceTag/...` in a permissions boundary or a session policy.

ministack looks a resource's tags up only if an identity policy of the caller names the key. Here
they are looked up for every request, so that a boundary's Deny sees them too; and those of EC2's
resources, which it doesn't look up at all.
"""

from collections.abc import Callable
from typing import Any

from ministack.services import ec2

from embedded_aws.emulator.seams import wrap

Tags = dict[str, str] | None


def install() -> None:
    """Make every evaluation know the tags of its resource."""
    wrap("core.iam_evaluator._names_condition_key", lambda _original: _always_named)
    wrap("services.tagging.resource_tags", _with_those_of_ec2)


def _always_named(_policies: Any, _prefix: str) -> bool:
    return True


def _with_those_of_ec2(original: Callable[[str], Tags]) -> Callable[[str], Tags]:
    def resource_tags(arn: str) -> Tags:
        if ":ec2:" not in arn:
            return original(arn)
        tags = ec2._tags.get(arn.rpartition("/")[2]) or []
        return {tag["Key"]: tag["Value"] for tag in tags}

    return resource_tags
