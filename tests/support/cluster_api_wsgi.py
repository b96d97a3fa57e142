"""HTTP around the gateway's event, in this process: the whole API without a gateway."""

import base64
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

from cluster_api.requests import ProxyEvent
from cluster_api_world import CALLER, OPERATOR, RECONCILE_PATH, World

STAGE = "production"

StartResponse = Callable[[str, list[tuple[str, str]]], object]
WsgiApp = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


def wsgi_app(world: World, *, after_each: Callable[[], None] = lambda: None) -> WsgiApp:
    """The API as a WSGI application; `after_each` request the world may move on."""

    def app(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        response = world.answer(event_of(environ))
        after_each()
        body = response["body"].encode()
        status = HTTPStatus(response["statusCode"])
        headers = {**response["headers"], "Content-Length": str(len(body))}
        start_response(f"{status.value} {status.phrase}", list(headers.items()))
        return [body]

    return app


def event_of(environ: dict[str, Any]) -> ProxyEvent:
    """What API Gateway would make of a request; a body that is no text comes as base64."""
    query = parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
    path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    try:
        text, is_base64 = body.decode() or None, False
    except UnicodeDecodeError:
        text, is_base64 = base64.b64encode(body).decode(), True
    # WSGI has the path's bytes as Latin-1; the gateway takes the stage off.
    path = path.removeprefix(f"/{STAGE}")
    return {
        "httpMethod": environ["REQUEST_METHOD"],
        "path": path,
        "queryStringParameters": {name: each[-1] for name, each in query.items()} or None,
        "multiValueQueryStringParameters": query or None,
        "body": text,
        "isBase64Encoded": is_base64,
        "requestContext": {
            "requestId": "request-1",
            "identity": {"userArn": OPERATOR if path == RECONCILE_PATH else CALLER},
        },
    }
