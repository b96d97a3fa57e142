"""The resource of a request where ministack says `*`, so that only a policy for `*` would allow it.

Or where it says another than AWS: of a log group's requests, but those about tags, the resource is
one of its streams, whose name may be empty (CloudWatch Logs API reference, `LogGroup`, `arn`).

AWS evaluates `ssm:GetParametersByPath` on the path, as on a parameter of that name;
`elasticfilesystem:DescribeMountTargets` on the file system; `ec2:RunInstances` on the instances
and all that they are made of: here on the instances only.
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
        if service == "logs" and ":log-group:" in arn and "Tag" not in _target(headers):
            return f"{arn}:log-stream:{_asked(body).get('logStreamName') or ''}"
        named_here = _resource(service, path, body, query_params)
        if named_here and (arn == "*" or service == "ec2"):
            return f"arn:aws:{service}:{region}:{account_id}:{named_here}"
        return arn

    return resource


def _resource(service: str, path: str, body: bytes, query: Any) -> str | None:
    """The end of the ARN, if it is one of those that we name."""
    match service:
        case "ssm":
            asked = _parameters_path(body)
            return f"parameter{asked}" if asked else None
        case "elasticfilesystem" if path.rstrip("/").endswith("/mount-targets"):
            asked = _first(query, "FileSystemId")
            return f"file-system/{asked}" if asked else None
        case "ec2" if _first(query, "Action") == "RunInstances":
            return "instance/*"
        case _:
            return None


def _first(query: Any, name: str) -> str:
    value = (query or {}).get(name) or ""
    return str(value[0] if isinstance(value, list) else value)


def _parameters_path(body: bytes) -> str | None:
    path = _asked(body).get("Path")
    return str(path).rstrip("/") if path else None


def _asked(body: bytes) -> dict[str, Any]:
    """A request's members; none if it is no JSON object."""
    try:
        asked = json.loads(body or b"{}")
    except ValueError:
        return {}
    return asked if isinstance(asked, dict) else {}


def _target(headers: Mapping[str, str]) -> str:
    lower = {name.lower(): value for name, value in headers.items()}
    return lower.get("x-amz-target", "")
