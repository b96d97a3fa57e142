"""What to do with a cluster: begin what was asked, and judge how far it came."""

from typing import assert_never

from cluster_provider.advice import with_advice
from cluster_provider.errors import ClusterBusy, ClusterExists, ClusterFailed, ClusterGone
from cluster_provider.model import OWNER_TAG, Cluster, ClusterStatus, Configuration, Failure
from cluster_provider.ports import ClusterLibrary
from cluster_provider.request import Began, Create, Delete, Question, Request, Update

DONE = {
    Began.CREATE: frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE"}),
    Began.UPDATE: frozenset({"UPDATE_COMPLETE"}),
    # The rollback of a failed update finds the cluster as it is to be: rolled back.
    Began.NOTHING: frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"}),
}
"""The stack statuses that end well what was begun."""


def begin(request: Request, library: ClusterLibrary) -> Began:
    """Begin what was asked; safe to repeat, for a function may be invoked twice for one request."""
    match request:
        case Create():
            return _create(request, library)
        case Update():
            return _update(request, library)
        case Delete():
            return _delete(request, library)
        case _:
            assert_never(request)


def judge(question: Question, cluster: Cluster | None) -> bool:
    """Whether what was begun is complete; raises if it failed."""
    if question.began is Began.DELETE:
        return _is_deleted(question, cluster)
    if cluster is None or cluster.owner != question.owner:
        raise ClusterGone(question.name)
    if cluster.in_progress:
        return False
    if cluster.stack_status in DONE[question.began]:
        return True
    raise ClusterFailed(*_failures(cluster))


def _create(request: Create, library: ClusterLibrary) -> Began:
    try:
        library.create(
            request.name,
            _owned(request.configuration, request.owner),
            suppressed=request.suppressed,
        )
    except ClusterExists:
        existing = library.describe(request.name)
        if existing is None or existing.owner != request.owner:
            raise ClusterExists(request.name, existing.owner if existing else "") from None
    return Began.CREATE


def _update(request: Update, library: ClusterLibrary) -> Began:
    existing = library.describe(request.name)
    if existing is None or existing.owner != request.owner:
        raise ClusterGone(request.name)
    if not request.changed:
        return Began.NOTHING
    if existing.in_progress:
        raise ClusterBusy(request.name, existing.stack_status)
    # A rollback comes here too, and finds nothing to change where the update itself was refused.
    began = library.update(
        request.name, _owned(request.configuration, request.owner), suppressed=request.suppressed
    )
    return Began.UPDATE if began else Began.NOTHING


def _delete(request: Delete, library: ClusterLibrary) -> Began:
    existing = library.describe(request.name)
    # Ours is gone, and the name may be another creation's by now.
    ours = existing is not None and existing.owner == request.owner
    if existing is not None and ours and existing.status is not ClusterStatus.DELETE_IN_PROGRESS:
        library.delete(request.name)
    return Began.DELETE


def _is_deleted(question: Question, cluster: Cluster | None) -> bool:
    if cluster is None or cluster.owner != question.owner:
        return True
    match cluster.status:
        case ClusterStatus.DELETE_COMPLETE:
            return True
        case ClusterStatus.DELETE_FAILED:
            raise ClusterFailed(*_failures(cluster))
        case _:
            return False


def _owned(configuration: Configuration, owner: str) -> Configuration:
    """The configuration, with the tag by which a repeated request knows its own cluster."""
    tags = configuration.get("Tags")
    others = [tag for tag in tags if tag.get("Key") != OWNER_TAG] if isinstance(tags, list) else []
    return {**configuration, "Tags": [*others, {"Key": OWNER_TAG, "Value": owner}]}


def _failures(cluster: Cluster) -> tuple[Failure, ...]:
    found = cluster.failures or (
        Failure(
            code="ClusterFailed", reason=f"The stack {cluster.name} is {cluster.stack_status}."
        ),
    )
    return with_advice(cluster.name, found)
