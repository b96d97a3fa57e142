"""Requests in, responses out: the one place where errors become HTTP."""

import json
import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import TypedDict

from cluster_api import errors
from cluster_api.deadline import FORWARD_SECONDS, time_limit
from cluster_api.model import Json
from cluster_api.requests import HttpRequest, ProxyEvent, parse_request, request_id
from cluster_api.routes import Api, respond
from cluster_api.statuses import refusal_of

_log = logging.getLogger(__name__)


class ProxyResponse(TypedDict):
    """What API Gateway's REST proxy takes for an answer."""

    statusCode: int
    headers: dict[str, str]
    body: str


# Long enough for every sentence of ours; what AWS says may be longer.
MAX_MESSAGE = 1000


def answer(event: ProxyEvent, api: Api) -> ProxyResponse:
    """The response of the API to any request."""
    return answered(event, lambda request: respond(request, api))


def answered(
    event: ProxyEvent, call: Callable[[HttpRequest], Json], *, seconds: float = FORWARD_SECONDS
) -> ProxyResponse:
    """The response to any request: whatever `call` does, it is one of the contract's.

    `seconds` is how long `call` may begin calls of AWS.
    """
    id_ = request_id(event)
    try:
        with time_limit(seconds):
            response = _response(HTTPStatus.OK, call(parse_request(event)))
    except errors.ClusterApiError as error:
        response = _refusal(error, id_)
    except Exception:
        _log.exception("unexpected")
        response = _our_fault(id_)
    _log.info(
        "answered",
        extra={
            "method": event.get("httpMethod"),
            "path": event.get("path"),
            "status": response["statusCode"],
        },
    )
    return response


def _refusal(error: errors.ClusterApiError, id_: str) -> ProxyResponse:
    refusal = refusal_of(type(error))
    if refusal is None:
        _log.error("a fault of ours", exc_info=error)
        return _our_fault(id_)
    if refusal.status is HTTPStatus.SERVICE_UNAVAILABLE:
        _log.warning("refused", exc_info=error)
    headers = {} if refusal.retry_after is None else {"Retry-After": str(refusal.retry_after)}
    if isinstance(error, errors.MethodNotAllowed):
        headers["Allow"] = ", ".join(error.allowed)
    message = str(error)
    if len(message) > MAX_MESSAGE:
        message = f"{message[: MAX_MESSAGE - 1]}…"
    return _response(refusal.status, {"message": message, "requestId": id_}, headers)


def _our_fault(id_: str) -> ProxyResponse:
    words = f"The fault is ours, not the request's; the logs of request {id_} say what happened."
    return _response(HTTPStatus.INTERNAL_SERVER_ERROR, {"message": words, "requestId": id_})


def _response(
    status: HTTPStatus, body: Json, headers: Mapping[str, str] | None = None
) -> ProxyResponse:
    return {
        "statusCode": int(status),
        "headers": {"Content-Type": "application/json", **(headers or {})},
        "body": json.dumps(body),
    }
