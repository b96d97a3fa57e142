"""AWS::IAM::Role keeps its PermissionsBoundary.

ministack drops the property, so a role that a stack made was not bounded at all.
"""

from collections.abc import Callable
from typing import Any

from ministack.services import iam

from embedded_aws.emulator.seams import wrap_handler

Properties = dict[str, Any]
Handler = Callable[..., tuple[str, dict[str, Any]]]


def install() -> None:
    """Set the boundary on the role after create and after update."""
    wrap_handler("AWS::IAM::Role", "create", _bounded_create)
    wrap_handler("AWS::IAM::Role", "update", _bounded_update)


def _bounded_create(original: Handler) -> Handler:
    def create(logical_id: str, properties: Properties, stack_name: str) -> tuple[str, Properties]:
        name, attributes = original(logical_id, properties, stack_name)
        _set_boundary(name, properties)
        return name, attributes

    return create


def _bounded_update(original: Handler) -> Handler:
    def update(
        physical_id: str,
        old: Properties,
        new: Properties,
        *stack_and_logical_id: str,
    ) -> tuple[str, Properties]:
        name, attributes = original(physical_id, old, new, *stack_and_logical_id)
        _set_boundary(name, new)
        return name, attributes

    return update


def _set_boundary(role_name: str, properties: Properties) -> None:
    role = iam._roles.get(role_name)
    if role is None:
        return
    if boundary := properties.get("PermissionsBoundary"):
        role["PermissionsBoundary"] = boundary
    else:
        role.pop("PermissionsBoundary", None)
