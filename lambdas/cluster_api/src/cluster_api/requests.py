"""A request as API Gateway's REST proxy hands it over, parsed into a frozen value."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypedDict

from cluster_api.errors import UnreadableBody


class Identity(TypedDict, total=False):
    """Who signed."""

    userArn: str | None


class RequestContext(TypedDict, total=False):
    """What the gateway adds."""

    requestId: str
    identity: Identity


class ProxyEvent(TypedDict, total=False):
    """The parts of the event that are read."""

    httpMethod: str
    path: str
    queryStringParameters: dict[str, str] | None
    multiValueQueryStringParameters: dict[str, list[str]] | None
    body: str | None
    isBase64Encoded: bool
    requestContext: RequestContext


@dataclass(frozen=True, kw_only=True)
class HttpRequest:
    """A request; `caller` is the ARN of who signed it."""

    method: str
    path: str
    query: Mapping[str, tuple[str, ...]]
    body: str | None
    caller: str | None


def request_id(event: ProxyEvent) -> str:
    """The id under which a caller's request is found in the logs."""
    return event.get("requestContext", {}).get("requestId", "")


def parse_request(event: ProxyEvent) -> HttpRequest:
    """The request that an event holds. Raises UnreadableBody."""
    single = event.get("queryStringParameters") or {}
    multiple = event.get("multiValueQueryStringParameters") or {}
    query: dict[str, tuple[str, ...]] = {name: (text,) for name, text in single.items()}
    query |= {name: tuple(texts) for name, texts in multiple.items()}
    return HttpRequest(
        method=event.get("httpMethod", ""),
        path=event.get("path", ""),
        query=query,
        body=_body(event),
        caller=event.get("requestContext", {}).get("identity", {}).get("userArn"),
    )


def _body(event: ProxyEvent) -> str | None:
    body = event.get("body")
    if not body or not event.get("isBase64Encoded"):
        return body
    try:
        return base64.b64decode(body, validate=True).decode()
    except (binascii.Error, ValueError):
        raise UnreadableBody("is no text in UTF-8") from None
