"""Requests in, responses out: the one place where errors become HTTP."""

import json
import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import TypedDict

from cluster_api import errors
from cluster_api.bodies import Json
from cluster_api.deadline import FORWARD_SECONDS, time_limit
from cluster_api.requests import ProxyEvent, parse_request, request_id
from cluster_api.routes import Api, respond

_log = logging.getLogger(__name__)


class ProxyResponse(TypedDict):
    """What API Gateway's REST proxy takes for an answer."""

    statusCode: int
    headers: dict[str, str]
    body: str


# What each error is in HTTP, and after how many seconds the same request may succeed.
_STATUS: Mapping[type[errors.ClusterApiError], tuple[HTTPStatus, int | None]] = {
    errors.BadRequest: (HTTPStatus.BAD_REQUEST, None),
    errors.NotAnOperator: (HTTPStatus.FORBIDDEN, None),
    errors.UnknownPath: (HTTPStatus.NOT_FOUND, None),
    errors.NoSuchCluster: (HTTPStatus.NOT_FOUND, None),
    errors.MethodNotAllowed: (HTTPStatus.METHOD_NOT_ALLOWED, None),
    errors.TryLater: (HTTPStatus.CONFLICT, 30),
    errors.Conflict: (HTTPStatus.CONFLICT, None),
    errors.RecordChanged: (HTTPStatus.SERVICE_UNAVAILABLE, 2),
    errors.BeingMade: (HTTPStatus.SERVICE_UNAVAILABLE, 5),
    errors.AwsUnavailable: (HTTPStatus.SERVICE_UNAVAILABLE, 5),
    errors.Unavailable: (HTTPStatus.SERVICE_UNAVAILABLE, 60),
}


def answer(event: ProxyEvent, api: Api) -> ProxyResponse:
    """The response to any request: whatever happens, it is one of the contract's."""
    id_ = request_id(event)
    try:
        with time_limit(FORWARD_SECONDS):
            response = _response(HTTPStatus.OK, respond(parse_request(event), api))
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
    known = next((kind for kind in type(error).__mro__ if kind in _STATUS), None)
    if known is None:
        _log.error("a fault of ours", exc_info=error)
        return _our_fault(id_)
    status, retry_after = _STATUS[known]
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        _log.warning("refused", exc_info=error)
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    if isinstance(error, errors.MethodNotAllowed):
        headers["Allow"] = ", ".join(error.allowed)
    return _response(status, {"message": str(error), "requestId": id_}, headers)


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
