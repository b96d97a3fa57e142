"""CloudFormation asks for permission before it makes, changes or deletes a resource.

ministack's stacks may do everything. Here each resource needs, under the stack operation's
principal, the actions that resource_actions lists for its type; a refusal fails the resource with
AWS's sentence. Not so exact: AWS's own list of a type's actions is longer (reads, mostly), and
resources that a service names later are `*`.
"""

from collections.abc import Callable
from typing import Any

from embedded_aws.emulator import acting_principal
from embedded_aws.emulator.resource_checks import StackResource, permissions, without_system_tags
from embedded_aws.emulator.seams import wrap

Properties = dict[str, Any]
PROVISIONERS = "services.cloudformation.provisioners"


def install() -> None:
    """Check before ministack provisions, updates and deletes."""
    wrap(f"{PROVISIONERS}._provision_resource", _checked_create)
    wrap(f"{PROVISIONERS}._update_resource", _checked_update)
    wrap(f"{PROVISIONERS}._delete_resource", _checked_delete)


def _require(resource: StackResource, verb: str) -> None:
    for permission in permissions(resource, verb):
        acting_principal.require(permission)


def _checked_create(original: Callable[..., Any]) -> Callable[..., Any]:
    def provision(type_: str, logical_id: str, properties: Properties, stack_name: str) -> Any:
        resource = StackResource(
            type_=type_,
            logical_id=logical_id,
            stack_name=stack_name,
            properties=without_system_tags(properties or {}),
        )
        _require(resource, "create")
        return original(type_, logical_id, properties, stack_name)

    return provision


def _checked_update(original: Callable[..., Any]) -> Callable[..., Any]:
    def update(
        type_: str,
        physical_id: str,
        old: Properties,
        new: Properties,
        stack_name: str,
        logical_id: str | None = None,
        old_attributes: Properties | None = None,
    ) -> Any:
        if old != new:
            resource = StackResource(
                type_=type_,
                logical_id=logical_id or "",
                stack_name=stack_name,
                properties=without_system_tags(new or {}),
                physical_id=physical_id,
            )
            _require(resource, "update")
        return original(type_, physical_id, old, new, stack_name, logical_id, old_attributes)

    return update


def _checked_delete(original: Callable[..., Any]) -> Callable[..., Any]:
    def delete(
        type_: str,
        physical_id: str,
        properties: Properties,
        stack_name: str | None = None,
        logical_id: str | None = None,
    ) -> Any:
        resource = StackResource(
            type_=type_,
            logical_id=logical_id or "",
            stack_name=stack_name or "",
            properties=without_system_tags(properties or {}),
            physical_id=physical_id or "",
        )
        _require(resource, "delete")
        return original(type_, physical_id, properties, stack_name, logical_id)

    return delete
