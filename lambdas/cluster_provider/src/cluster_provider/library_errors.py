"""What ParallelCluster's errors mean: its answers in, a ProviderError out."""

import re
from collections.abc import Iterator, Mapping

from cluster_provider.errors import (
    ClusterBusy,
    ClusterExists,
    ClusterGone,
    InvalidConfiguration,
    LibraryFailed,
    ProviderError,
    TemporarilyUnavailable,
    UpdateRefused,
)

NOT_FOUND = 404
CONFLICT = 409
TOO_MANY = 429

NOTHING_TO_UPDATE = "No changes found in your cluster configuration"
"""In the message of the 400 that answers an update which changes nothing."""

PASSING = frozenset(
    {
        "InternalError",
        "InternalFailure",
        "RequestLimitExceeded",
        "RequestTimeout",
        "ServiceUnavailable",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
"""AWS's error codes that say: not now."""

NO_ANSWER = re.compile("endpoint URL|Connection was closed|Connection reset")
"""In botocore's messages when it got no answer; the library keeps no more than the message."""


def translate(  # noqa: PLR0911 a table: one line for each meaning
    name: str, status: int, content: Mapping[str, object], *, aws_code: str = ""
) -> ProviderError:
    """Turn an error of the library into ours.

    `status` is its HTTP code, `content` its body; `aws_code` the code of the AWS error behind it,
    if there is one.
    """
    message = str(content.get("message") or "no message")
    refused = [*_validation_messages(content)]
    if refused:
        return InvalidConfiguration(name, refused)
    if content.get("updateValidationErrors"):
        return UpdateRefused([*_update_messages(content)])
    # CreateStack itself says so when two creations of one name race; the library makes that a 500.
    if re.search(rf"\b{re.escape(name)}\]? already exists", message):
        return ClusterExists(name)
    if status == TOO_MANY or aws_code in PASSING or NO_ANSWER.search(message):
        return TemporarilyUnavailable(message)
    if status == NOT_FOUND:
        return ClusterGone(name)
    if status == CONFLICT:
        return ClusterBusy(name, _stack_status(message))
    if message.startswith("Invalid cluster configuration"):
        return InvalidConfiguration(name, [message])
    return LibraryFailed(message)


def _validation_messages(content: Mapping[str, object]) -> Iterator[str]:
    """ParallelCluster's own messages; its warnings come along, and are not why it refuses."""
    for item in _items(content.get("configurationValidationErrors")):
        if item.get("level") == "ERROR":
            yield f"{item.get('type')}: {item.get('message')}"


def _update_messages(content: Mapping[str, object]) -> Iterator[str]:
    for item in _items(content.get("updateValidationErrors")):
        yield (
            f"{item.get('parameter')} can't change from {item.get('currentValue')} "
            f"to {item.get('requestedValue')}: {item.get('message')}"
        )


def _items(value: object) -> Iterator[Mapping[str, object]]:
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, Mapping))


def _stack_status(message: str) -> str:
    found = re.search(r"[A-Z]+(?:_[A-Z]+)*_IN_PROGRESS", message)
    return found[0] if found else "at work"
