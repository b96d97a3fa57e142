"""The resource of a request where ministack says `*`, so that only a policy for `*` would allow it.

AWS evaluates `ssm:GetParametersByPath` on the path, as on a parameter of that name.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from embedded_aws.emulator.seams import wrap

Extract = Callable[..., str]


def install() -> None:
    """Name what ministack leaves open."""
    wrap("core.iam_actions.extract_resource_arn", _completed)


def _completed(extract: Extract) -> Extract:
    def resource(
        service: str,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes,
        query_params: Any,
        region: str,
        account_id: str,
        *more: Any,
        **named: Any,
    ) -> str:
        arn = extract(
            service, method, path, headers, body, query_params, region, account_id, *more, **named
        )
        if arn == "*" and service == "ssm":
            asked = _parameters_path(body)
            return f"arn:aws:ssm:{region}:{account_id}:parameter{asked}" if asked else arn
        return arn

    return resource


def _parameters_path(body: bytes) -> str | None:
    try:
        asked = json.loads(body or b"{}")
    except ValueError:
        return None
    path = asked.get("Path") if isinstance(asked, dict) else None
    return str(path).rstrip("/") if path else None
