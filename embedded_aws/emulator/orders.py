"""What an operator wants of something, from SSM parameters that the emulator reads itself."""

import json
from collections.abc import Callable, Iterable
from dataclasses import fields
from typing import Any, TypeVar

from ministack.services import ssm

Order = TypeVar("Order")


def first(
    names: Iterable[str], kind: Callable[..., Order], refuse: Callable[[str], Exception]
) -> Order:
    """Give the order in the first of these parameters that there is, an empty one without any.

    Each holds a JSON object with members of the dataclass `kind`; anything else is refused.
    """
    for name in names:
        parameter = ssm._parameters.get(name)
        if parameter:
            return _read(str(parameter["Value"]), name, kind, refuse)
    return kind()


def _read(
    text: str, name: str, kind: Callable[..., Order], refuse: Callable[[str], Exception]
) -> Order:
    of_kind: Any = kind
    known = [member.name for member in fields(of_kind)]
    try:
        wanted: dict[str, Any] = json.loads(text)
        unknown = set(wanted) - set(known)
    except (TypeError, ValueError) as reason:
        raise refuse(f"The order {name} is no JSON object: {reason}") from reason
    if unknown:
        raise refuse(f"The order {name} has {sorted(unknown)}; there are {known}")
    return kind(**wanted)
