"""Errors of AWS in our words: what passes by itself, and what does not."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from botocore.exceptions import ClientError, ConnectionError, HTTPClientError

from cluster_api.errors import AwsUnavailable

_THROTTLES = {
    "BandwidthLimitExceeded",
    "ConcurrentModificationException",
    "InternalServerError",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "RequestTimeout",
    "RequestTimeoutException",
    "ServiceUnavailable",
    "ServiceUnavailableException",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "TransactionInProgressException",
}


@contextmanager
def passing_faults(service: str) -> Iterator[None]:
    """Within this block, AWS throttling, timing out or failing raises AwsUnavailable."""
    try:
        yield
    except ClientError as error:
        if _passes(error):
            raise AwsUnavailable(service, code_of(error)) from error
        raise
    except (ConnectionError, HTTPClientError) as error:
        raise AwsUnavailable(service, "no answer in time") from error


def code_of(error: ClientError) -> str:
    """The code of an error, such as `ThrottlingException`."""
    return str(error.response.get("Error", {}).get("Code", ""))


def message_of(error: ClientError) -> str:
    """What AWS says about an error."""
    return str(error.response.get("Error", {}).get("Message", ""))


def _passes(error: ClientError) -> bool:
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return (
        code_of(error) in _THROTTLES
        or status == HTTPStatus.TOO_MANY_REQUESTS
        or status >= HTTPStatus.INTERNAL_SERVER_ERROR
    )
