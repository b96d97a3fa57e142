"""Who signed a request, and whether the settings name them as an operator."""

import re
from collections.abc import Iterable

_ASSUMED = re.compile(
    r"arn:(?P<partition>[^:]+):sts::(?P<account>\d+):assumed-role/(?P<role>[^/]+)/.+"
)


def is_operator(caller: str | None, patterns: Iterable[str]) -> bool:
    """Whether the ARN of the caller matches a pattern with `*` and `?`.

    A session of a role is written as the role as well: that is how settings name it.
    """
    if not caller:
        return False
    names = {caller}
    if assumed := _ASSUMED.fullmatch(caller):
        names.add("arn:{partition}:iam::{account}:role/{role}".format(**assumed.groupdict()))
    return any(_matches(name, pattern) for name in names for pattern in patterns)


def _matches(name: str, pattern: str) -> bool:
    expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(expression, name) is not None
