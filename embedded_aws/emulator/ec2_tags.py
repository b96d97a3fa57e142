"""Tags of EC2 resources, as templates and describe actions have them."""

from typing import Any

from ministack.services import ec2
from ministack.services.cloudformation import provisioners


def set_tags(resource_id: str, new: dict[str, Any], old: dict[str, Any] | None = None) -> None:
    """Put a template's `Tags` on a resource; those from CreateTags stay."""
    provisioners._ec2_apply_tags(resource_id, new, old)


def tags_of(resource_id: str) -> list[dict[str, str]]:
    """Give a resource's tags."""
    return list(ec2._tags.get(resource_id) or [])


def forget_tags(resource_id: str) -> None:
    """Drop the tags of a resource that is gone."""
    ec2._tags.pop(resource_id, None)
