"""Values of parameters that are formulas: {DBInstanceClassMemory*3/4}.

The language of Specifying DB parameters (RDS User Guide): four variables, * and /, GREATEST, LEAST,
SUM and log (to the base 2).
"""

import ast
import math
from collections.abc import Callable, Mapping

from embedded_aws.emulator.rds.errors import invalid_value

FUNCTIONS: Mapping[str, Callable[..., float]] = {
    "GREATEST": max,
    "LEAST": min,
    "SUM": lambda *terms: sum(terms),
    "log": math.log2,
}


def value(text: str, variables: Mapping[str, float]) -> str:
    """Give the whole number that a formula comes to; any other text as it is."""
    if "{" not in text:
        return text
    try:
        written = ast.parse(text.replace("{", "(").replace("}", ")"), mode="eval")
        return str(int(_evaluated(written.body, variables)))
    except (SyntaxError, ValueError, KeyError, TypeError, ZeroDivisionError) as reason:
        raise invalid_value(f"Invalid formula: {text}") from reason


def _evaluated(node: ast.expr, variables: Mapping[str, float]) -> float:
    match node:
        case ast.Constant(value=int() | float() as number):
            return number
        case ast.Name(id=name):
            return variables[name]
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            return _evaluated(left, variables) * _evaluated(right, variables)
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            return _evaluated(left, variables) / _evaluated(right, variables)
        case ast.Call(func=ast.Name(id=name), args=terms, keywords=[]):
            return FUNCTIONS[name](*(_evaluated(term, variables) for term in terms))
        case _:
            raise ValueError(ast.dump(node))
