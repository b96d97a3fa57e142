"""What each error is in HTTP: one table, for the gateway and for the API's document."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from cluster_api import errors


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """A status, and after how many seconds the same request may succeed; None if it won't."""

    status: HTTPStatus
    retry_after: int | None = None


_REFUSALS: Mapping[type[errors.ClusterApiError], Refusal] = {
    errors.BadRequest: Refusal(status=HTTPStatus.BAD_REQUEST),
    errors.NotAnOperator: Refusal(status=HTTPStatus.FORBIDDEN),
    errors.UnknownPath: Refusal(status=HTTPStatus.NOT_FOUND),
    errors.NoSuchCluster: Refusal(status=HTTPStatus.NOT_FOUND),
    errors.MethodNotAllowed: Refusal(status=HTTPStatus.METHOD_NOT_ALLOWED),
    errors.TryLater: Refusal(status=HTTPStatus.CONFLICT, retry_after=30),
    errors.Conflict: Refusal(status=HTTPStatus.CONFLICT),
    errors.RecordChanged: Refusal(status=HTTPStatus.SERVICE_UNAVAILABLE, retry_after=2),
    errors.BeingMade: Refusal(status=HTTPStatus.SERVICE_UNAVAILABLE, retry_after=5),
    errors.AwsUnavailable: Refusal(status=HTTPStatus.SERVICE_UNAVAILABLE, retry_after=5),
    errors.Unavailable: Refusal(status=HTTPStatus.SERVICE_UNAVAILABLE, retry_after=60),
}


def refusal_of(kind: type[errors.ClusterApiError]) -> Refusal | None:
    """How such an error is answered; None for those that are faults of ours (500)."""
    return next((_REFUSALS[base] for base in kind.__mro__ if base in _REFUSALS), None)
