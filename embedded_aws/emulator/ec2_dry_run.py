"""`DryRun`.

ministack 1.5.33 ignores it: ParallelCluster's validators, which try RunInstances with it, would
launch instances. Every action that there is answers 412 DryRunOperation; permissions are checked
before that.
"""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

from ministack.services import ec2

from embedded_aws.emulator.seams import wrap

Handle = Callable[..., Awaitable[Any]]

WOULD_SUCCEED = "Request would have succeeded, but DryRun flag is set."


def install() -> None:
    """Look at each request before it reaches its action."""
    wrap("services.ec2.handle_request", _look_before)


def _look_before(handle: Handle) -> Handle:
    async def handle_request(
        method: str, path: str, headers: Any, body: bytes, query: dict[str, list[str]]
    ) -> Any:
        asked = {**query, **parse_qs(body.decode(errors="replace"))}
        if ec2._p(asked, "DryRun") == "true" and ec2._p(asked, "Action") in ec2._ACTION_MAP:
            return ec2._error("DryRunOperation", WOULD_SUCCEED, 412)
        return await handle(method, path, headers, body, query)

    return handle_request
