"""Writes of DynamoDB: a mere conflict is tried again, a failed condition is an answer."""

import time
from collections.abc import Callable
from random import SystemRandom

from botocore.exceptions import ClientError

from cluster_api.aws.faults import code_of, passing_faults
from cluster_api.errors import AwsUnavailable, RecordChanged

SERVICE = "DynamoDB"
NOBODYS = "attribute_not_exists(id)"
# A call that came in vain is made so often, with these pauses: about two seconds in all.
ATTEMPTS = 16
_PAUSE_SECONDS = 0.25
# A write that meets a transaction is refused without being wrong.
_CONFLICTS = {"TransactionConflict", "TransactionConflictException", "ThrottlingError"}

_chance = SystemRandom()


def write(what: str, call: Callable[[], object]) -> None:
    """Make the call until it is done.

    Raises:
        RecordChanged: a condition failed: `what` is not as it was read.
        AwsUnavailable: conflicts all along, or DynamoDB throttles or fails.
    """
    for _ in range(ATTEMPTS):
        try:
            with passing_faults(SERVICE):
                call()
        except ClientError as error:
            reasons = _reasons(error)
            if "ConditionalCheckFailed" in reasons:
                raise RecordChanged(what) from None
            if not reasons or not reasons <= _CONFLICTS:
                raise
        else:
            return
        pause()
    raise AwsUnavailable(SERVICE, "transaction conflicts")


def pause() -> None:
    """Wait for a moment, each time another one."""
    time.sleep(_chance.uniform(0, _PAUSE_SECONDS))


def _reasons(error: ClientError) -> set[str]:
    """Why a write was not done: those of a cancelled transaction, or that of a single write."""
    code = code_of(error)
    if code == "ConditionalCheckFailedException":
        return {"ConditionalCheckFailed"}
    if code in _CONFLICTS:
        return {code}
    if code != "TransactionCanceledException":
        return set()
    reasons = error.response.get("CancellationReasons", [])
    return {reason.get("Code", "None") for reason in reasons} - {"None"}
