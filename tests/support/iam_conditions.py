"""Conditions of IAM policies.

Source: IAM user guide, "IAM JSON policy elements: Condition operators" and "Set operators for
multivalued context keys".
"""

import operator
from collections.abc import Callable, Mapping, Sequence

from iam_patterns import Context, arn_like, equal, equal_but_for_case, like

Condition = Mapping[str, Mapping[str, str | bool | Sequence[str]]]
Comparison = Callable[[str, str, Context], bool]
"""Of the policy's value, the request's, and the whole context, for variables."""

_IF_EXISTS = "IfExists"


def _number(compare: Callable[[float, float], bool]) -> Comparison:
    return lambda limit, value, _: compare(float(value), float(limit))


_COMPARISONS: dict[str, Comparison] = {
    "StringEquals": equal,
    "StringEqualsIgnoreCase": equal_but_for_case,
    "StringLike": like,
    # AWS makes no difference between these two.
    "ArnEquals": arn_like,
    "ArnLike": arn_like,
    "Bool": equal_but_for_case,
    "NumericEquals": _number(operator.eq),
    "NumericLessThan": _number(operator.lt),
    "NumericLessThanEquals": _number(operator.le),
    "NumericGreaterThan": _number(operator.gt),
    "NumericGreaterThanEquals": _number(operator.ge),
}
_NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "NumericNotEquals": "NumericEquals",
}


def holds(condition: Condition, context: Context) -> bool:
    """Whether every operator holds for every one of its keys.

    Raises:
        ValueError: an operator that is not evaluated here, or a key of several values without
            `ForAllValues` or `ForAnyValue`, for which AWS promises nothing.
    """
    return all(
        _holds(name, key, _listed(values), context)
        for name, keys in condition.items()
        for key, values in keys.items()
    )


def _holds(name: str, key: str, wanted: Sequence[str], context: Context) -> bool:
    given = context.get(key.lower())
    if name == "Null":
        return any((given is None) == (value == "true") for value in wanted)
    quantifier, _, rest = name.rpartition(":")
    plain = rest.removesuffix(_IF_EXISTS)
    negated = plain in _NEGATED
    compare = _COMPARISONS.get(_NEGATED.get(plain, plain))
    if compare is None:
        raise ValueError(f"Condition operator {name} is not evaluated: add it to iam_conditions.")

    def fits(value: str) -> bool:
        return any(compare(one, value, context) for one in wanted) != negated

    if given is None and rest.endswith(_IF_EXISTS):
        return True
    match quantifier:
        case "ForAllValues":
            return all(fits(value) for value in _listed(given or ()))
        case "ForAnyValue":
            return any(fits(value) for value in _listed(given or ()))
        case "":
            if given is None:
                return negated
            if not isinstance(given, str):
                raise ValueError(f"{key} has several values: {name} needs ForAllValues or the like")
            return fits(given)
    raise ValueError(f"{quantifier} is no quantifier: ForAllValues and ForAnyValue are.")


def _listed(values: str | bool | Sequence[str]) -> list[str]:
    if isinstance(values, bool):
        return [str(values).lower()]
    if isinstance(values, str):
        return [values]
    return [str(value) for value in values]
