"""The parameters of the calls: what there is, and how a request's are read."""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from cluster_api.errors import (
    BodyParameter,
    InvalidParameter,
    MissingParameter,
    RepeatedParameter,
    UnknownParameter,
    UnreadableBody,
)
from cluster_api.model import ID_PATTERN, Project, is_id

# As many users as a cluster may have, with long comments in their keys.
MAX_BODY_BYTES = 16_384
_BOOLEANS = {"true": True, "false": False}

# What a request gives, by name: a text or a number from the query, or what the body's JSON has.
Values = Mapping[str, object]


class Kind(StrEnum):
    """What a parameter's values are; `schemas` says it to callers."""

    ID = "id"
    FLAG = "flag"
    TIER = "tier"
    TOKEN = "token"  # noqa: S105 - the word for a page's mark
    LUSTRE_CAPACITY = "lustre capacity"
    LUSTRE_THROUGHPUT = "lustre throughput"
    USERS = "users"


_NUMBERS = {Kind.LUSTRE_CAPACITY, Kind.LUSTRE_THROUGHPUT}


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A parameter of a call, as its documentation needs it too."""

    name: str
    description: str
    kind: Kind
    required: bool = False
    operators_only: bool = False
    body_only: bool = False


def gather(
    query: Mapping[str, Sequence[str]], body: str | None, parameters: Sequence[Parameter]
) -> Values:
    """The values of a request's parameters, each given once and each known.

    Raises:
        BadRequest: one is unknown, missing or given twice, or the body is unreadable.
    """
    by_name = {parameter.name: parameter for parameter in parameters}
    in_body = _parse_body(body)
    if unknown := (query.keys() | in_body.keys()) - by_name.keys():
        raise UnknownParameter(unknown, by_name)
    in_query: dict[str, str | int] = {}
    for name, texts in query.items():
        if by_name[name].body_only:
            raise BodyParameter(name)
        if len(texts) != 1:
            raise RepeatedParameter(name)
        in_query[name] = _from_query(texts[0], by_name[name].kind)
        if name in in_body and not _same(in_query[name], in_body[name]):
            raise RepeatedParameter(name)
    values = in_body | in_query
    for parameter in parameters:
        if parameter.required and parameter.name not in values:
            raise MissingParameter(parameter.name)
    return values


def read_project(values: Values) -> Project:
    """The project that a request is about."""
    return Project(vlab_id=read_id(values, "vlab_id"), project_id=read_id(values, "project_id"))


def read_id(values: Values, name: str) -> str:
    """An id that is safe in names and paths."""
    if name not in values:
        raise MissingParameter(name)
    value = values[name]
    if not isinstance(value, str) or not is_id(value):
        raise InvalidParameter(name, value, f"text that matches {ID_PATTERN}")
    return value


def read_choice(values: Values, name: str, choices: Sequence[str], default: str) -> str:
    """One of some words, exactly as they are spelled."""
    value = values.get(name, default)
    if not isinstance(value, str) or value not in choices:
        raise InvalidParameter(name, value, f"one of {', '.join(choices)}")
    return value


def read_flag(values: Values, name: str, *, default: bool) -> bool:
    """`true` or `false` in any case, or JSON's own."""
    value = values.get(name, default)
    if isinstance(value, bool):
        return value
    if not isinstance(value, str) or value.lower() not in _BOOLEANS:
        raise InvalidParameter(name, value, "true or false")
    return _BOOLEANS[value.lower()]


def whole_number(value: object) -> int | None:
    """The number, if it is one without a fraction; in JSON 1200.0 is 1200, and true is none."""
    match value:
        case bool():
            return None
        case int():
            return value
        case float() if value.is_integer():
            return int(value)
        case _:
            return None


def _from_query(text: str, kind: Kind) -> str | int:
    # Longer ones are no number that any parameter takes.
    is_number = kind in _NUMBERS and re.fullmatch(r"[1-9][0-9]{0,8}", text)
    return int(text) if is_number else text


def _same(asked: str | int, value: object) -> bool:
    if isinstance(asked, str) and isinstance(value, bool):
        return asked.lower() == str(value).lower()
    return asked == value


def _parse_body(body: str | None) -> dict[str, object]:
    # A limit of characters is one of bytes for all that has a chance to be valid.
    if body and len(body) > MAX_BODY_BYTES:
        raise UnreadableBody(f"has {len(body)} characters, at most {MAX_BODY_BYTES} are read")
    if not body or not body.strip():
        return {}
    try:
        parsed = json.loads(
            body, object_pairs_hook=_without_repetition, parse_constant=_not_a_number
        )
    except (ValueError, RecursionError):
        raise UnreadableBody("is no JSON") from None
    if not isinstance(parsed, dict):
        raise UnreadableBody("is JSON, but no object")
    return parsed


def _not_a_number(word: str) -> object:
    # JSON has no NaN and no Infinity; Python's parser takes them if nobody minds.
    raise ValueError(word)


def _without_repetition(pairs: list[tuple[str, object]]) -> dict[str, object]:
    for name, times in Counter(name for name, _ in pairs).items():
        if times > 1:
            raise RepeatedParameter(name)
    return dict(pairs)
