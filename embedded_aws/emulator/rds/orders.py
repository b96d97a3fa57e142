"""What an operator wants of instances, from SSM parameters that the emulator reads itself.

`/embedded-aws/databases/<which>/creation` holds a JSON object. `<which>` is an instance's
identifier or the value of one of its tags. It counts until it is deleted: what waits by it then
goes on.
"""

from dataclasses import dataclass
from typing import Any

from embedded_aws.emulator import orders
from embedded_aws.emulator.rds.errors import invalid_value

PREFIX = "/embedded-aws/databases"


@dataclass(frozen=True, kw_only=True)
class Order:
    """How a creation goes; the members that the JSON object may have."""

    # how long it takes at least
    seconds: float = 0.0
    # the reason to end as `failed` with
    failure: str = ""


def of(instance: dict[str, Any]) -> Order:
    """Give the order for an instance's creation; none: as soon as it answers."""
    names = [instance["DBInstanceIdentifier"], *(tag["Value"] for tag in instance["TagList"])]
    return orders.first((f"{PREFIX}/{which}/creation" for which in names), Order, invalid_value)
