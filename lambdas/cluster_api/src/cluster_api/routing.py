"""A call of the API: what it takes and answers, and how a request finds it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from cluster_api.callers import is_operator
from cluster_api.errors import ClusterApiError, MethodNotAllowed, NotAnOperator, UnknownPath
from cluster_api.model import Json, Project, is_id
from cluster_api.parameters import Parameter, Values, gather
from cluster_api.requests import HttpRequest, body_text
from cluster_api.subject import is_about, is_about_lab

ApiT = TypeVar("ApiT")


@dataclass(frozen=True, kw_only=True)
class Call:
    """What a caller has to know of a call; `openapi.document` is made of these.

    Attributes:
        operation: its name in the document, unique there.
        answer: the name of the answer's schema in `schemas.SCHEMAS`.
        refusals: the errors that it may end in; BadRequest and MethodNotAllowed go without saying.
        reads_body: whether parameters may also stand in a JSON object in the body.
        operators_only: whether anybody else gets a 403.
    """

    method: str
    path: str
    operation: str
    summary: str
    parameters: Sequence[Parameter]
    answer: str
    refusals: Sequence[type[ClusterApiError]] = ()
    reads_body: bool = False
    operators_only: bool = False


@dataclass(frozen=True, kw_only=True)
class Route(Call, Generic[ApiT]):
    """A call and what does it; `respond` gets checked parameters and the caller's ARN."""

    respond: Callable[[ApiT, Values, str | None], Json]


def dispatch(
    request: HttpRequest, routes: Sequence[Route[ApiT]], api: ApiT, operators: Sequence[str]
) -> Json:
    """The body of the answer of 200. Raises ClusterApiError for all others."""
    offered = {route.method: route for route in routes if route.path == request.path}
    if not offered:
        raise UnknownPath(request.path, sorted({route.path for route in routes}))
    if request.method not in offered:
        raise MethodNotAllowed(request.method, request.path, offered)
    route = offered[request.method]
    if route.operators_only and not is_operator(request.caller, operators):
        raise NotAnOperator(f"{route.method} {route.path}")
    body = body_text(request) if route.reads_body else None
    values = gather(request.query, body, route.parameters)
    _say_whom_it_is_about(values)
    return route.respond(api, values, request.caller)


def _say_whom_it_is_about(values: Values) -> None:
    """Before anything else is refused, so that the log says whose request it was."""
    match values.get("vlab_id"), values.get("project_id"):
        case str(vlab_id), str(project_id) if is_id(vlab_id) and is_id(project_id):
            is_about(Project(vlab_id=vlab_id, project_id=project_id))
        case str(vlab_id), _ if is_id(vlab_id):
            is_about_lab(vlab_id)
