"""A request as API Gateway's REST proxy hands it over, parsed into a frozen value."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypedDict

from cluster_api.errors import UnreadableBody
from cluster_api.parameters import MAX_BODY_BYTES

# Base64 writes three bytes as four characters.
_MAX_ENCODED = -(-MAX_BODY_BYTES // 3) * 4


class Identity(TypedDict, total=False):
    """Who signed."""

    userArn: str | None


class RequestContext(TypedDict, total=False):
    """What the gateway adds."""

    requestId: str
    identity: Identity | None


class ProxyEvent(TypedDict, total=False):
    """The parts of the event that are read; any of them may be missing or null."""

    httpMethod: str | None
    path: str | None
    queryStringParameters: dict[str, str] | None
    multiValueQueryStringParameters: dict[str, list[str]] | None
    body: str | None
    isBase64Encoded: bool
    requestContext: RequestContext | None


@dataclass(frozen=True, kw_only=True)
class HttpRequest:
    """A request; `caller` is the ARN of who signed it, `body` as the gateway gave it."""

    method: str
    path: str
    query: Mapping[str, tuple[str, ...]]
    body: str | None
    is_base64: bool
    caller: str | None


def request_id(event: ProxyEvent) -> str:
    """The id under which a caller's request is found in the logs."""
    return (event.get("requestContext") or {}).get("requestId") or ""


def parse_request(event: ProxyEvent) -> HttpRequest:
    """The request that an event holds."""
    single = event.get("queryStringParameters") or {}
    multiple = event.get("multiValueQueryStringParameters") or {}
    query: dict[str, tuple[str, ...]] = {name: (text,) for name, text in single.items()}
    query |= {name: tuple(texts) for name, texts in multiple.items() if texts}
    return HttpRequest(
        method=event.get("httpMethod") or "",
        path=event.get("path") or "",
        query=query,
        body=event.get("body"),
        is_base64=bool(event.get("isBase64Encoded")),
        caller=((event.get("requestContext") or {}).get("identity") or {}).get("userArn"),
    )


def body_text(request: HttpRequest) -> str | None:
    """The body as text; one that is too long is not decoded. Raises UnreadableBody."""
    body = request.body
    if not body or not request.is_base64:
        return body
    if len(body) > _MAX_ENCODED:
        raise UnreadableBody(f"has more than the {MAX_BODY_BYTES} bytes that are read")
    try:
        return base64.b64decode(body, validate=True).decode()
    except (binascii.Error, ValueError):
        raise UnreadableBody("is no text in UTF-8") from None
