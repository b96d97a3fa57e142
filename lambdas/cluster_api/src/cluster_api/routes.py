"""The table of calls: method, path, parameters, and what each does."""

from dataclasses import dataclass

from cluster_api import bodies, errors, openapi, paging, reconciler_routes
from cluster_api.callers import is_operator
from cluster_api.errors import InvalidParameter, MissingParameter, NotAnOperator
from cluster_api.lustre_size import CAPACITY, THROUGHPUT, read_capacity, read_throughput
from cluster_api.model import Catalogue, ClusterRequest, Json
from cluster_api.more_users import USERS, read_users
from cluster_api.parameters import (
    Kind,
    Parameter,
    Values,
    read_choice,
    read_flag,
    read_id,
    read_project,
)
from cluster_api.ports import TierDetails
from cluster_api.requests import HttpRequest
from cluster_api.routing import Call, Route, dispatch
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
    tier_details: TierDetails


def respond(request: HttpRequest, api: Api) -> Json:
    """The body of the answer of 200. Raises ClusterApiError for all others."""
    return dispatch(request, ROUTES, api, api.operators)


def documented() -> tuple[Call, ...]:
    """Every call that the API's document describes, the reconciler's function's among them."""
    return (*ROUTES, *reconciler_routes.ROUTES)


def _create(api: Api, values: Values, caller: str | None) -> Json:
    read_flag(values, "dev", default=False)
    include_lustre = read_flag(values, "include_lustre", default=True)
    request = ClusterRequest(
        project=read_project(values),
        tier=read_choice(values, "tier", tuple(api.catalogue), api.default_tier),
        include_lustre=include_lustre,
        benchmark=read_flag(values, "benchmark", default=False),
        lustre_capacity_gib=read_capacity(values, include_lustre=include_lustre),
        lustre_throughput_mb_s_per_tib=read_throughput(values, include_lustre=include_lustre),
        users=read_users(values),
    )
    if request.benchmark and not is_operator(caller, api.operators):
        raise NotAnOperator("benchmark=true")
    return bodies.created(api.clusters.create(request))


def _get(api: Api, values: Values, _: str | None) -> Json:
    if "project_id" not in values:
        return _list(api, values)
    if "vlab_id" not in values:
        raise MissingParameter("vlab_id")
    if paging.PARAMETER in values:
        raise InvalidParameter(
            paging.PARAMETER, values[paging.PARAMETER], "none beside project_id: it is for lists"
        )
    return bodies.described(api.clusters.describe(read_project(values)), api.region)


def _list(api: Api, values: Values) -> Json:
    vlab_id = read_id(values, "vlab_id") if "vlab_id" in values else None
    after = paging.read_token(values, vlab_id)
    page = api.clusters.page(vlab_id=vlab_id, after=after, limit=PAGE_SIZE)
    return bodies.listed(page, api.region)


def _delete(api: Api, values: Values, caller: str | None) -> Json:
    project = read_project(values)
    if not read_flag(values, "force", default=False):
        return bodies.deleted(api.clusters.delete(project))
    if not is_operator(caller, api.operators):
        raise NotAnOperator("force=true")
    return bodies.deleted(api.clusters.delete(project, forced_by=caller))


def _tiers(api: Api, _: Values, __: str | None) -> Json:
    return api.tier_details.read()


def _version(api: Api, _: Values, __: str | None) -> Json:
    return {"version": api.version}


def _document(api: Api, _: Values, __: str | None) -> Json:
    return openapi.document(documented(), version=api.version)


_PROJECT = (
    Parameter(name="project_id", description="The project.", kind=Kind.ID, required=True),
    Parameter(name="vlab_id", description="Its virtual lab.", kind=Kind.ID, required=True),
)
_ROOT = "/hpc-provisioner"
_CLUSTER_PATH = f"{_ROOT}/pcluster"

ROUTES = (
    Route(
        method="POST",
        path=_CLUSTER_PATH,
        operation="createCluster",
        summary="Make the project's cluster, or say that it is there.",
        parameters=(
            *_PROJECT,
            Parameter(
                name="tier",
                description="The kind of cluster, one of those that GET tiers lists; its default "
                "if absent.",
                kind=Kind.TIER,
            ),
            Parameter(
                name="include_lustre",
                description="Whether it has Lustre; true if absent.",
                kind=Kind.FLAG,
            ),
            Parameter(
                name=CAPACITY,
                description="Lustre's size in GiB; the tier's if absent, none without Lustre.",
                kind=Kind.LUSTRE_CAPACITY,
            ),
            Parameter(
                name=THROUGHPUT,
                description="Lustre's speed in MB/s for each TiB; the tier's if absent, none "
                "without Lustre.",
                kind=Kind.LUSTRE_THROUGHPUT,
            ),
            Parameter(
                name=USERS,
                description="Who has an account beside sim; nobody if absent.",
                kind=Kind.USERS,
                body_only=True,
            ),
            Parameter(
                name="benchmark",
                description="All projects' scratch at /obi/data/benchmark, read only; false if "
                "absent.",
                kind=Kind.FLAG,
                operators_only=True,
            ),
            Parameter(name="dev", description="Checked, and changes nothing.", kind=Kind.FLAG),
        ),
        answer="Creation",
        refusals=(
            errors.NotAnOperator,
            errors.DifferentCluster,
            errors.StillRollingBack,
            errors.StillDeleting,
            errors.DeletionFailed,
            errors.DeletedMeanwhile,
            errors.NoFreeSubnet,
            errors.StackLimitReached,
            errors.BeingMade,
            errors.RecordChanged,
            errors.AwsUnavailable,
        ),
        reads_body=True,
        respond=_create,
    ),
    Route(
        method="GET",
        path=_CLUSTER_PATH,
        operation="getClusters",
        summary="Describe a project's cluster; without a project list those of a lab, or all.",
        parameters=(
            Parameter(
                name="project_id",
                description="The project, which needs its vlab_id too; absent for a list.",
                kind=Kind.ID,
            ),
            Parameter(name="vlab_id", description="The virtual lab; absent for all.", kind=Kind.ID),
            Parameter(
                name=paging.PARAMETER,
                description="From the page before; for lists only.",
                kind=Kind.TOKEN,
            ),
        ),
        answer="ClusterOrList",
        refusals=(errors.NoSuchCluster, errors.AwsUnavailable),
        respond=_get,
    ),
    Route(
        method="DELETE",
        path=_CLUSTER_PATH,
        operation="deleteCluster",
        summary="Export the cluster's scratch, then delete the cluster.",
        parameters=(
            *_PROJECT,
            Parameter(
                name="force",
                description="Give up what of scratch is not exported; false if absent.",
                kind=Kind.FLAG,
                operators_only=True,
            ),
        ),
        answer="Deletion",
        refusals=(
            errors.NotAnOperator,
            errors.NoSuchCluster,
            errors.RecordChanged,
            errors.AwsUnavailable,
        ),
        respond=_delete,
    ),
    Route(
        method="GET",
        path=f"{_ROOT}/tiers",
        operation="getTiers",
        summary="List the tiers that this environment offers.",
        parameters=(),
        answer="Tiers",
        refusals=(errors.AwsUnavailable,),
        respond=_tiers,
    ),
    Route(
        method="GET",
        path=f"{_ROOT}/version",
        operation="getVersion",
        summary="Say which version is deployed.",
        parameters=(),
        answer="Version",
        respond=_version,
    ),
    Route(
        method="GET",
        path=f"{_ROOT}/openapi.json",
        operation="getDocument",
        summary="Describe this API in OpenAPI 3.1.",
        parameters=(),
        answer="Document",
        respond=_document,
    ),
)
