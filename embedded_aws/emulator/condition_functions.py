"""Fn::Join in a template's Conditions.

ministack leaves it as it is written, so a comparison with it is never true; CDK's bootstrap
template has one. Here a join of texts and of parameters (lists too) is resolved beforehand.
"""

from collections.abc import Callable
from typing import Any

from embedded_aws.emulator.seams import wrap

Template = dict[str, Any]
Evaluate = Callable[[Template, dict[str, Any]], dict[str, bool]]


def install() -> None:
    """Resolve joins before ministack evaluates the conditions."""
    wrap("services.cloudformation.engine._evaluate_conditions", _with_joins)


def _with_joins(original: Evaluate) -> Evaluate:
    def evaluate(template: Template, parameters: dict[str, Any]) -> dict[str, bool]:
        conditions = _joined(template.get("Conditions", {}), parameters)
        return original({**template, "Conditions": conditions}, parameters)

    return evaluate


def _joined(value: Any, parameters: dict[str, Any]) -> Any:
    if isinstance(value, list):
        return [_joined(each, parameters) for each in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"Fn::Join"}:
        separator, items = value["Fn::Join"]
        texts = _texts(items, parameters)
        return value if texts is None else separator.join(texts)
    return {key: _joined(each, parameters) for key, each in value.items()}


def _texts(items: Any, parameters: dict[str, Any]) -> list[str] | None:
    """The joined texts; None if they hold something that we can't resolve."""
    if isinstance(items, dict) and items.get("Ref") in parameters:
        listed = str(parameters[items["Ref"]]["Value"])
        return [text.strip() for text in listed.split(",")]
    if not isinstance(items, list):
        return None
    texts = [_text(_joined(item, parameters), parameters) for item in items]
    return [text for text in texts if text is not None] if None not in texts else None


def _text(item: Any, parameters: dict[str, Any]) -> str | None:
    if isinstance(item, str):
        return item
    if isinstance(item, dict) and item.get("Ref") in parameters:
        return str(parameters[item["Ref"]]["Value"])
    return None
