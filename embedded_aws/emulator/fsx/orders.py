"""What an operator wants of FSx, from SSM parameters that the emulator reads itself.

`/embedded-aws/file-systems/<which>/<what>` holds a JSON object. `<which>` is a file system's id or
the value of one of its tags (a stack's name, for instance: that order may come before the file
system); `<what>` is `creation`, `associations`, `associations/<directory>`, `imports` or `exports`.
An order counts until its parameter is deleted: what waits by it then goes on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from embedded_aws.emulator import orders
from embedded_aws.emulator.fsx import records
from embedded_aws.emulator.fsx.errors import bad_request

PREFIX = "/embedded-aws/file-systems"
USUAL_SECONDS = 1.0


@dataclass(frozen=True, kw_only=True)
class Order:
    """How it goes; the members that its JSON object may have, and what they are without one."""

    # how long it takes, a task: all its files
    seconds: float = USUAL_SECONDS
    # the reason to end FAILED with; a task: before it does any file
    failure: str = ""
    # associations: the reason to be MISCONFIGURED with
    misconfigured: str = ""
    # tasks: error codes of files that fail, by their path from the file system's root
    failed_files: Mapping[str, str] = field(default_factory=dict)
    # tasks: how many files to do before it waits for another order
    hold_after: int | None = None
    # tasks: whether one that comes while another runs is PENDING; else it is refused
    queued: bool = True


def of(file_system: records.Record, *what: str) -> Order:
    """Give the order for a part of the file system: the first of `what` that there is one for."""
    names = [file_system.id, *(tag["Value"] for tag in file_system.data["Tags"])]
    parameters = (f"{PREFIX}/{which}/{part}" for part in what for which in names)
    return orders.first(parameters, Order, bad_request)
