"""A template's intrinsic functions as the texts that CloudFormation would make of them."""

import re
from collections.abc import Callable, Mapping
from typing import Any

Values = Mapping[str, str]

_VARIABLE = re.compile(r"\$\{(!?)([^}]+)\}")

PSEUDO_PARAMETERS = {
    "AWS::AccountId": "123456789012",
    "AWS::Partition": "aws",
    "AWS::Region": "us-east-1",
    "AWS::URLSuffix": "amazonaws.com",
}


def resolved(value: Any, values: Values) -> Any:
    """The value with texts in place of `Ref`, `Fn::GetAtt`, `Fn::Join` and their like.

    Args:
        value: part of a template.
        values: by logical id, `<logical id>.<attribute>`, name of a parameter or of an export;
            before PSEUDO_PARAMETERS. What is not among them becomes `<its name>`.

    Raises:
        ValueError: a function that is not resolved here, such as `Fn::If`.
    """
    match value:
        case dict() if len(value) == 1 and _is_function(name := next(iter(value))):
            if name not in _FUNCTIONS:
                raise ValueError(f"{name} is not resolved: {value}")
            return _FUNCTIONS[name](value[name], values)
        case dict():
            return {key: resolved(part, values) for key, part in value.items()}
        case list():
            return [resolved(part, values) for part in value]
        case _:
            return value


def _is_function(name: str) -> bool:
    return name == "Ref" or name.startswith("Fn::")


def _known(name: str, values: Values) -> str:
    return values.get(name, PSEUDO_PARAMETERS.get(name, f"<{name}>"))


def _attribute(argument: str | list[str], values: Values) -> str:
    return _known(argument if isinstance(argument, str) else ".".join(argument), values)


def _joined(argument: Any, values: Values) -> str:
    separator, parts = argument
    return str(separator).join(str(part) for part in resolved(parts, values))


def _selected(argument: Any, values: Values) -> Any:
    position, parts = argument
    return resolved(parts, values)[int(position)]


def _split(argument: Any, values: Values) -> list[str]:
    separator, text = argument
    return str(resolved(text, values)).split(separator)


def _filled_in(argument: Any, values: Values) -> str:
    text, given = (argument, {}) if isinstance(argument, str) else argument
    return _substituted(text, {**values, **resolved(given, values)})


def _substituted(text: str, values: Values) -> str:
    """`${name}` becomes its value, and `${!name}` becomes `${name}`."""

    def one(found: re.Match[str]) -> str:
        return f"${{{found[2]}}}" if found[1] else _known(found[2], values)

    return _VARIABLE.sub(one, text)


_FUNCTIONS: dict[str, Callable[[Any, Values], Any]] = {
    "Ref": _known,
    "Fn::GetAtt": _attribute,
    "Fn::ImportValue": lambda export, values: _known(resolved(export, values), values),
    "Fn::Join": _joined,
    "Fn::Select": _selected,
    "Fn::Split": _split,
    "Fn::Sub": _filled_in,
}
