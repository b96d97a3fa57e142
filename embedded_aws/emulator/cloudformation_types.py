"""Register the CloudFormation resource types that ministack refuses; add what it leaves out."""

from collections.abc import Callable, Iterable
from typing import Any

from ministack.services.cloudformation import provisioners

from embedded_aws.emulator.seams import wrap, wrap_handler

Properties = dict[str, Any]
Attributes = dict[str, Any]
Made = Callable[..., tuple[str, Attributes]]
Create = Callable[[Properties], tuple[str, Attributes]]
Update = Callable[[str, Properties, Properties], Attributes]
Delete = Callable[[str, Properties], None]

NO_NAMES: Iterable[str] = ()


def register(
    type_: str,
    *,
    create: Create,
    delete: Delete,
    update: Update,
    required: Iterable[str] = NO_NAMES,
    updatable: Iterable[str] = NO_NAMES,
    named: str | None = None,
    naming: Callable[[str, str], str] = provisioners._physical_name,
    tagged: bool = False,
) -> None:
    """Let templates have resources of `type_`.

    `create` gives physical id and attributes; it finds CloudFormation's own name in the property
    `named` where the template gives none. A change of `updatable` properties (and tags) goes to
    `update`, which gives the attributes again; a change of any other replaces the resource.
    """
    in_place = {*updatable, "Tags"} if tagged else set(updatable)

    def create_checked(
        logical_id: str, properties: Properties, stack: str
    ) -> tuple[str, Attributes]:
        check_required(logical_id, properties, required)
        if named and not properties.get(named):
            properties = {**properties, named: naming(stack, logical_id)}
        return create(properties)

    def update_or_replace(
        physical_id: str,
        old: Properties,
        new: Properties,
        stack: str,
        logical_id: str | None = None,
    ) -> tuple[str, Attributes]:
        changed = {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
        if changed <= in_place:
            return physical_id, update(physical_id, old, new)
        replacement = create_checked(logical_id or physical_id, new, stack)
        provisioners._delete_predecessor(delete, physical_id, old)
        return replacement

    provisioners._RESOURCE_HANDLERS[type_] = {
        "create": create_checked,
        "update": update_or_replace,
        "update_with_logical_id": True,
        "delete": delete,
    }
    if tagged:
        provisioners._STACK_TAG_PROPERTY[type_] = ("Tags", "list")


def add_attributes(type_: str, more: Callable[[str, Properties], Attributes]) -> None:
    """Add attributes to those that ministack's own handlers give; its own win."""

    def adding(index: int) -> Callable[[Made], Made]:
        def make(act: Made) -> Made:
            def acted(*arguments: Any) -> tuple[str, Attributes]:
                physical_id, attributes = act(*arguments)
                return physical_id, {**more(physical_id, arguments[index]), **attributes}

            return acted

        return make

    wrap_handler(type_, "create", adding(1))
    if "update" in provisioners._RESOURCE_HANDLERS[type_]:
        wrap_handler(type_, "update", adding(2))


def make_in_a_thread(types: Iterable[str]) -> None:
    """Make resources of these types off the event loop: their handlers wait."""
    waiting = frozenset(types)
    wrap(
        "services.cloudformation.stacks._runs_on_worker_thread",
        lambda decide: lambda type_: type_ in waiting or decide(type_),
    )


def check_required(logical_id: str, properties: Properties, required: Iterable[str]) -> None:
    """Refuse a resource that lacks a required property, in CloudFormation's words."""
    for name in required:
        if properties.get(name) in (None, ""):
            raise ValueError(
                f"Properties validation failed for resource {logical_id} with message: "
                f"#: required key [{name}] not found"
            )


def flag(value: Any) -> bool:
    """Read a template's boolean, which may be text."""
    return str(value).lower() == "true"
