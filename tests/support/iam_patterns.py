"""Texts in IAM policies: wildcards and policy variables.

Source: IAM user guide, "IAM JSON policy elements: Variables and tags" and "Resource".
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache

Context = Mapping[str, str | Sequence[str]]
"""Condition keys in lower case, as IAM compares them, and their values."""

_PART = re.compile(r"\$\{(?P<variable>[^}]*)\}|(?P<wildcard>[*?])|(?P<text>[^*?$]+|\$)")
_DEFAULT = re.compile(r"(?P<key>[^,]+?)\s*,\s*'(?P<value>[^']*)'")
_ARN_PARTS = 6


def like(pattern: str, text: str, context: Context) -> bool:
    """Whether the text is like the pattern, with wildcards."""
    return _matches(pattern, text, context, wildcards=True)


def equal(pattern: str, text: str, context: Context) -> bool:
    """Whether the text is the pattern's, in which only variables stand for something else."""
    return _matches(pattern, text, context, wildcards=False)


def equal_but_for_case(pattern: str, text: str, context: Context) -> bool:
    """The same, with `a` for `A`."""
    return _matches(pattern, text, context, wildcards=False, flags=re.IGNORECASE)


def arn_like(pattern: str, arn: str, context: Context) -> bool:
    """Whether an ARN is like the pattern: part by part, for no wildcard goes beyond a part."""
    if pattern == "*":
        return True
    patterns = _arn_parts(pattern)
    parts = arn.split(":", _ARN_PARTS - 1)
    return len(patterns) == len(parts) and all(
        like(one, part, context) for one, part in zip(patterns, parts, strict=True)
    )


@cache
def _arn_parts(pattern: str) -> tuple[str, ...]:
    # A variable's name has colons too, such as ${aws:PrincipalTag/team}.
    return tuple(re.split(r":(?![^{}]*\})", pattern, maxsplit=_ARN_PARTS - 1))


def _matches(
    pattern: str, text: str, context: Context, *, wildcards: bool, flags: int = re.DOTALL
) -> bool:
    """Nothing is like a pattern with a variable that has no value."""
    variables = _variables(pattern)
    values = tuple(v for each in variables if (v := _value(each, context)) is not None)
    if len(values) < len(variables):
        return False
    return _expression(pattern, values, wildcards, flags).fullmatch(text) is not None


@cache
def _expression(
    pattern: str, values: tuple[str, ...], wildcards: bool, flags: int
) -> re.Pattern[str]:
    """Made once: a table asks millions of times whether something is like a few patterns."""
    given = iter(values)
    expression = ""
    for kind, part in _parts(pattern):
        if kind == "variable":
            # In a variable's value `*` and `?` stand for themselves.
            expression += re.escape(next(given))
        elif kind == "wildcard" and wildcards:
            expression += "." if part == "?" else ".*"
        else:
            expression += re.escape(part)
    return re.compile(expression, flags)


@cache
def _variables(pattern: str) -> tuple[str, ...]:
    return tuple(part for kind, part in _parts(pattern) if kind == "variable")


def _parts(pattern: str) -> list[tuple[str, str]]:
    return [(part.lastgroup or "", part[part.lastgroup or 0]) for part in _PART.finditer(pattern)]


def _value(variable: str, context: Context) -> str | None:
    """What a variable stands for: `*`, `?` and `$` for themselves, a key for its one value."""
    if variable in ("*", "?", "$"):
        return variable
    default = _DEFAULT.fullmatch(variable)
    key = default["key"] if default else variable
    value = context.get(key.lower(), default["value"] if default else None)
    # A key of several values is none: which one would be meant?
    return value if isinstance(value, str) else None
