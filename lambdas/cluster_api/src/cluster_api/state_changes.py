"""Which changes of a record are changes of the cluster's state, and what is told of them: pure."""

from cluster_api.bodies import described
from cluster_api.changes import RecordChange, StateChange
from cluster_api.model import Json, Record
from cluster_api.moments import written

# ParallelCluster's own word. No record is in this state: a cluster that is gone has none.
GONE = "DELETE_COMPLETE"

# Told in the words of GET, so that who listens reads both with the same code.
_AS_IN_GET = (
    "vlab_id",
    "project_id",
    "clusterName",
    "tier",
    "creationTime",
    "region",
    "version",
    "headNode",
    "clusterFsxId",
    "ssh_user",
    "private_ssh_key_arn",
    "user_private_ssh_key_arn",
    "admin_private_ssh_key_arn",
)


def state_change(change: RecordChange, region: str) -> StateChange | None:
    """What is told of a change; None if neither the state nor the creation is another.

    A cluster that is gone is described as its last record did, with the revision that its next
    write would have had, and without failures: the deletion came to its end.
    """
    before, after = change.before, change.after
    if after is not None:
        if before is not None and _has_same_state(before, after):
            return None
        cluster = described(after, region)
        return _told(change, after, cluster, str(after.state), after.revision)
    if before is not None:
        cluster = described(before, region) | {"failures": []}
        return _told(change, before, cluster, GONE, before.revision + 1)
    return None


def _has_same_state(before: Record, after: Record) -> bool:
    return (before.state, before.creation) == (after.state, after.creation)


def _told(
    change: RecordChange, record: Record, cluster: dict[str, Json], new_state: str, revision: int
) -> StateChange:
    detail = {name: cluster[name] for name in _AS_IN_GET} | {
        "creation": record.creation,
        "revision": revision,
        "oldState": str(change.before.state) if change.before else None,
        "newState": new_state,
        "failures": cluster["failures"],
        "reason": _first_reason(cluster["failures"]),
        "time": written(change.at, to="seconds"),
    }
    return StateChange(
        position=change.position, at=change.at, project=record.project, detail=detail
    )


def _first_reason(failures: Json) -> Json:
    match failures:
        case [{"failureReason": reason}, *_]:
            return reason
        case _:
            return None
