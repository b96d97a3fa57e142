"""EC2's `Filters`: which of the described resources a request asks for."""

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from embedded_aws.emulator.ec2_protocol import Refusal

Described = dict[str, Any]


def choose(
    resources: Iterable[Described],
    filters: list[dict[str, Any]],
    names: Mapping[str, str],
) -> list[Described]:
    """Keep the resources that match every filter.

    `names` gives the place of each filter's value: `Groups.GroupId` looks into each of a list.
    A filter on tags needs no place. One that is not in `names` is refused, as on AWS.
    """
    return [
        resource
        for resource in resources
        if all(_matches(resource, wanted, names) for wanted in filters)
    ]


def _matches(resource: Described, wanted: dict[str, Any], names: Mapping[str, str]) -> bool:
    name = wanted["Name"]
    if name.startswith("tag:"):
        held = [
            t["Value"] for t in resource.get("Tags", []) if t["Key"] == name.removeprefix("tag:")
        ]
    elif name == "tag-key":
        held = [tag["Key"] for tag in resource.get("Tags", [])]
    elif name in names:
        held = [_text(value) for value in _values(resource, names[name].split("."))]
    else:
        raise Refusal("InvalidParameterValue", f"The filter '{name}' is invalid")
    return any(fnmatchcase(value, pattern) for value in held for pattern in wanted["Values"])


def _values(place: Any, path: list[str]) -> list[Any]:
    if place is None:
        return []
    if isinstance(place, list):
        return [value for item in place for value in _values(item, path)]
    return _values(place.get(path[0]), path[1:]) if path else [place]


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
