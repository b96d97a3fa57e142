"""Moments as JSON has them, in answers, events and receipts: ISO 8601, in UTC, with a Z."""

from datetime import datetime
from typing import Literal


def written(
    moment: datetime | None, to: Literal["milliseconds", "seconds"] = "milliseconds"
) -> str | None:
    """The moment, exact to that; None stays so."""
    if moment is None:
        return None
    return moment.isoformat(timespec=to).replace("+00:00", "Z")
