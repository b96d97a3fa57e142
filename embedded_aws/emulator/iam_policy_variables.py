"""Policy variables: `${aws:PrincipalTag/project}` in a statement's Resource and Condition.

ministack compares them as plain text, so a statement that holds one never matches. Here each is
replaced by the request's value before the comparison. One that has no value, and no default
(`${key, 'default'}`), stays as it is and so matches nothing, as on AWS. Not so exact: a value that
holds `*` works as a wildcard.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from ministack.core import iam_evaluator

from embedded_aws.emulator.seams import wrap

VARIABLE = re.compile(r"\$\{(?P<key>[^},]+)(?:,\s*'(?P<default>[^']*)')?\}")
# ${*}, ${?} and ${$} mean the character itself; for the first two a pattern that matches any one
# character comes nearest.
ESCAPES = {"*": "?", "?": "?", "$": "$"}

Resolve = Callable[[str], Any]
FirstMatch = Callable[[Any, Iterable[Any], str], Any]


def substitute(text: str, resolve: Resolve) -> str:
    """The text with each variable replaced by what `resolve` gives for its key."""

    def value(match: re.Match[str]) -> str:
        key = match["key"].strip()
        if key in ESCAPES:
            return ESCAPES[key]
        found = resolve(key)
        if found is None or isinstance(found, list):
            found = match["default"]
        return match[0] if found is None else str(found)

    return VARIABLE.sub(value, text)


def install() -> None:
    """Replace the variables of every statement just before it is compared."""
    wrap("core.iam_evaluator._first_match", _with_variables)


def _with_variables(original: FirstMatch) -> FirstMatch:
    def first_match(context: Any, statements: Iterable[Any], effect: str) -> Any:
        def resolve(key: str) -> Any:
            return iam_evaluator._resolve_condition_key(key, context)

        return original(context, [_resolved(each, resolve) for each in statements], effect)

    return first_match


def _resolved(statement: Any, resolve: Resolve) -> Any:
    return replace(
        statement,
        resources=_in_texts(statement.resources, resolve),
        not_resources=_in_texts(statement.not_resources, resolve),
        conditions={
            operator: _in_values(values, resolve)
            for operator, values in (statement.conditions or {}).items()
        },
    )


def _in_values(values: Any, resolve: Resolve) -> Any:
    if not isinstance(values, dict):
        return values
    return {key: _in_texts(expected, resolve) for key, expected in values.items()}


def _in_texts(texts: Any, resolve: Resolve) -> Any:
    if isinstance(texts, str):
        return substitute(texts, resolve) if "${" in texts else texts
    if isinstance(texts, list):
        return [_in_texts(text, resolve) for text in texts]
    return texts
