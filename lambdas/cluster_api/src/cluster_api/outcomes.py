"""What is counted of a change of a cluster's state, as it is told: pure."""

from collections.abc import Iterator, Mapping

from cluster_api.export_failures import EXPORT_FAILURES
from cluster_api.measures import (
    FAILED_CREATIONS,
    FAILED_DELETIONS,
    FAILED_EXPORTS,
    FAILURES,
    Measure,
    Metric,
)
from cluster_api.model import State

_FAILED: Mapping[object, Metric] = {
    State.CREATE_FAILED.value: FAILED_CREATIONS,
    State.DELETE_FAILED.value: FAILED_DELETIONS,
}


def outcomes(detail: Mapping[str, object]) -> Iterator[Measure]:
    """The failures of an event's `detail`, by the code of the first: the others follow from it."""
    metric = _FAILED.get(detail["newState"])
    if metric is None:
        return
    yield Measure(metric=metric, value=1)
    code = _first_code(detail["failures"])
    yield Measure(metric=FAILURES, value=1, of=code)
    if code in EXPORT_FAILURES:
        yield Measure(metric=FAILED_EXPORTS, value=1)


def _first_code(failures: object) -> str:
    match failures:
        case [{"failureCode": str(code)}, *_]:
            return code
        case _:
            return "Unknown"
