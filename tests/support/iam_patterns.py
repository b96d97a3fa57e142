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
    # A variable's name has colons too, such as ${aws:PrincipalTag/team}.
    patterns = re.split(r":(?![^{}]*\})", pattern, maxsplit=_ARN_PARTS - 1)
    parts = arn.split(":", _ARN_PARTS - 1)
    return len(patterns) == len(parts) and all(
        like(one, part, context) for one, part in zip(patterns, parts, strict=True)
    )


def _matches(
    pattern: str, text: str, context: Context, *, wildcards: bool, flags: int = re.DOTALL
) -> bool:
    """Nothing is like a pattern with a variable that has no value."""
    expression = ""
    for kind, part in _parts(pattern):
        if kind == "variable":
            value = _value(part, context)
            if value is None:
                return False
            # In a variable's value `*` and `?` stand for themselves.
            expression += re.escape(value)
        elif kind == "wildcard" and wildcards:
            expression += "." if part == "?" else ".*"
        else:
            expression += re.escape(part)
    return re.fullmatch(expression, text, flags) is not None


@cache
def _parts(pattern: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        (part.lastgroup or "", part[part.lastgroup or 0]) for part in _PART.finditer(pattern)
    )


def _value(variable: str, context: Context) -> str | None:
    """What a variable stands for: `*`, `?` and `$` for themselves, a key for its one value."""
    if variable in ("*", "?", "$"):
        return variable
    default = _DEFAULT.fullmatch(variable)
    key = default["key"] if default else variable
    value = context.get(key.lower(), default["value"] if default else None)
    # A key of several values is none: which one would be meant?
    return value if isinstance(value, str) else None
