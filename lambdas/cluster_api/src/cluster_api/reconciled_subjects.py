"""Whom a discrepancy is about, as far as what was found of it tells."""

from typing import assert_never

from cluster_api.discrepancies import (
    DeleteCluster,
    DeleteStack,
    DestroyKeys,
    Discrepancy,
    EndLease,
    FollowStack,
    RestoreLease,
    TellOperator,
)
from cluster_api.model import Project, is_id
from cluster_api.names import cluster_of_stack
from cluster_api.subject import is_about, is_about_cluster, is_about_nobody


def say_whom_it_is_about(discrepancy: Discrepancy) -> None:
    """Have the log name the project, or the cluster where nothing else is left of it."""
    is_about_nobody()
    match discrepancy:
        case FollowStack(record=record) | RestoreLease(record=record):
            is_about(record.project)
        case EndLease(lease=lease):
            _is_about_owner(lease.holder)
        case DestroyKeys(keys=keys):
            is_about_cluster(keys.cluster_name)
        case DeleteCluster(cluster=cluster):
            is_about_cluster(cluster.stack.name)
        case DeleteStack(stack=stack):
            if name := cluster_of_stack(stack.name):
                is_about_cluster(name)
        case TellOperator(subject=name):
            _is_about_owner(name)
        case _:
            assert_never(discrepancy)


def _is_about_owner(id_: str) -> None:
    match id_.split("/"):
        case [vlab_id, project_id] if is_id(vlab_id) and is_id(project_id):
            is_about(Project(vlab_id=vlab_id, project_id=project_id))
