"""Any table of calls is served in the same way."""

import pytest

from cluster_api.errors import MethodNotAllowed, NotAnOperator, UnknownPath
from cluster_api.model import Json
from cluster_api.parameters import Values
from cluster_api.requests import HttpRequest
from cluster_api.routing import Route, dispatch
from cluster_api_world import CALLER, OPERATOR


def _tell(api: str, _: Values, caller: str | None) -> Json:
    return {"api": api, "caller": caller}


ROUTES = (
    Route(
        method="POST",
        path="/orders",
        operation="order",
        summary="Order something.",
        parameters=(),
        answer="Version",
        operators_only=True,
        respond=_tell,
    ),
)


def request(method: str = "POST", path: str = "/orders", caller: str = OPERATOR) -> HttpRequest:
    return HttpRequest(
        method=method, path=path, query={}, body=None, is_base64=False, caller=caller
    )


def test_an_operator_gets_what_is_for_operators() -> None:
    answer = dispatch(request(), ROUTES, "an api", [OPERATOR])

    assert answer == {"api": "an api", "caller": OPERATOR}


def test_nobody_else_does() -> None:
    with pytest.raises(NotAnOperator, match="POST /orders is for operators only"):
        dispatch(request(caller=CALLER), ROUTES, "an api", [OPERATOR])


def test_other_methods_and_paths_are_refused_before_that() -> None:
    with pytest.raises(MethodNotAllowed, match="use POST"):
        dispatch(request("GET", caller=CALLER), ROUTES, "an api", [OPERATOR])
    with pytest.raises(UnknownPath, match="there are /orders"):
        dispatch(request(path="/"), ROUTES, "an api", [OPERATOR])
