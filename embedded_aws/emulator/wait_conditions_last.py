"""Wait conditions, and what depends on them, are made last.

ministack makes one resource after the other, in alphabetical order: a wait condition would block
before the instance exists that signals it.
"""

from collections.abc import Callable
from typing import Any

from ministack.services.cloudformation import engine

from embedded_aws.emulator.seams import wrap

WAIT_CONDITION = "AWS::CloudFormation::WaitCondition"

Resources = dict[str, Any]
Sort = Callable[[Resources, dict[str, bool]], list[str]]


def install() -> None:
    """Reorder what ministack has sorted by dependency."""
    wrap("services.cloudformation.engine._topological_sort", _wait_conditions_last)


def _wait_conditions_last(original: Sort) -> Sort:
    def sort(resources: Resources, conditions: dict[str, bool]) -> list[str]:
        order = original(resources, conditions)
        late = {name for name in order if resources[name].get("Type") == WAIT_CONDITION}
        for name in order:
            if engine._extract_deps(resources[name], set(order)) & late:
                late.add(name)
        return [name for name in order if name not in late] + [
            name for name in order if name in late
        ]

    return sort
