"""The table of calls: method, path, parameters, and what each does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cluster_api import bodies, paging
from cluster_api.bodies import Json
from cluster_api.callers import is_operator
from cluster_api.errors import MethodNotAllowed, MissingParameter, NotAnOperator, UnknownPath
from cluster_api.model import Catalogue, ClusterRequest
from cluster_api.parameters import (
    Parameter,
    Values,
    gather,
    read_choice,
    read_flag,
    read_id,
    read_project,
)
from cluster_api.requests import HttpRequest
from cluster_api.service import Clusters

PAGE_SIZE = 200


@dataclass(frozen=True, kw_only=True)
class Api:
    """What the calls need: the service, and what the settings say of this environment."""

    clusters: Clusters
    catalogue: Catalogue
    default_tier: str
    operators: tuple[str, ...]
    version: str
    region: str


Respond = Callable[[Api, Values, str | None], Json]


@dataclass(frozen=True, kw_only=True)
class Route:
    """One call of the API; `respond` gets checked parameters and the caller's ARN."""

    method: str
    path: str
    summary: str
    parameters: Sequence[Parameter]
    respond: Respond
    reads_body: bool = False


def respond(request: HttpRequest, api: Api) -> Json:
    """The body of the answer of 200. Raises ClusterApiError for all others."""
    routes = {route.method: route for route in ROUTES if route.path == request.path}
    if not routes:
        raise UnknownPath(request.path, sorted({route.path for route in ROUTES}))
    if request.method not in routes:
        raise MethodNotAllowed(request.method, request.path, routes)
    route = routes[request.method]
    body = request.body if route.reads_body else None
    return route.respond(api, gather(request.query, body, route.parameters), request.caller)


def _create(api: Api, values: Values, caller: str | None) -> Json:
    read_flag(values, "dev", default=False)
    request = ClusterRequest(
        project=read_project(values),
        tier=read_choice(values, "tier", tuple(api.catalogue), api.default_tier),
        include_lustre=read_flag(values, "include_lustre", default=True),
        benchmark=read_flag(values, "benchmark", default=False),
    )
    if request.benchmark and not is_operator(caller, api.operators):
        raise NotAnOperator("benchmark=true")
    return bodies.created(api.clusters.create(request))


def _get(api: Api, values: Values, _: str | None) -> Json:
    if "project_id" not in values:
        return _list(api, values)
    if "vlab_id" not in values:
        raise MissingParameter("vlab_id")
    return bodies.described(api.clusters.describe(read_project(values)), api.region)


def _list(api: Api, values: Values) -> Json:
    vlab_id = read_id(values, "vlab_id") if "vlab_id" in values else None
    after = paging.read_token(values, vlab_id)
    page = api.clusters.page(vlab_id=vlab_id, after=after, limit=PAGE_SIZE)
    return bodies.listed(page, api.region)


def _delete(api: Api, values: Values, _: str | None) -> Json:
    return bodies.deleted(api.clusters.delete(read_project(values)))


def _version(api: Api, _: Values, __: str | None) -> Json:
    return {"version": api.version}


_PROJECT = (
    Parameter(name="project_id", description="The project.", required=True),
    Parameter(name="vlab_id", description="Its virtual lab.", required=True),
)
_CLUSTER_PATH = "/hpc-provisioner/pcluster"

ROUTES = (
    Route(
        method="POST",
        path=_CLUSTER_PATH,
        summary="Make the project's cluster, or say that it is there.",
        parameters=(
            *_PROJECT,
            Parameter(name="tier", description="The kind of cluster."),
            Parameter(name="include_lustre", description="Whether it has Lustre; true if absent."),
            Parameter(name="benchmark", description="For operators: all of scratch, read only."),
            Parameter(name="dev", description="Changes nothing."),
        ),
        respond=_create,
        reads_body=True,
    ),
    Route(
        method="GET",
        path=_CLUSTER_PATH,
        summary="Describe a project's cluster; without a project list those of a lab, or all.",
        parameters=(
            Parameter(name="project_id", description="The project; absent for a list."),
            Parameter(name="vlab_id", description="Its virtual lab; absent for all."),
            Parameter(name=paging.PARAMETER, description="For the next page of a list."),
        ),
        respond=_get,
    ),
    Route(
        method="DELETE",
        path=_CLUSTER_PATH,
        summary="Delete the project's cluster.",
        parameters=_PROJECT,
        respond=_delete,
    ),
    Route(
        method="GET",
        path="/hpc-provisioner/version",
        summary="Say which version is deployed.",
        parameters=(),
        respond=_version,
    ),
)
