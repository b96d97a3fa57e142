"""How a cluster is, given what the registry has and what its stack says: one pure function."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from cluster_api.model import Failure, HeadNode, Record, Stack, State

# What a stack's status means for its cluster.
STATES = {
    "CREATE_COMPLETE": State.CREATE_COMPLETE,
    "IMPORT_COMPLETE": State.CREATE_COMPLETE,
    "UPDATE_COMPLETE": State.CREATE_COMPLETE,
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS": State.CREATE_COMPLETE,
    # An update that failed leaves the cluster as it was: it can be used.
    "UPDATE_FAILED": State.CREATE_COMPLETE,
    "UPDATE_ROLLBACK_COMPLETE": State.CREATE_COMPLETE,
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS": State.CREATE_COMPLETE,
    "UPDATE_ROLLBACK_FAILED": State.CREATE_COMPLETE,
    "UPDATE_IN_PROGRESS": State.UPDATE_IN_PROGRESS,
    "UPDATE_ROLLBACK_IN_PROGRESS": State.UPDATE_IN_PROGRESS,
    "CREATE_FAILED": State.CREATE_FAILED,
    "ROLLBACK_IN_PROGRESS": State.CREATE_FAILED,
    "ROLLBACK_COMPLETE": State.CREATE_FAILED,
    "ROLLBACK_FAILED": State.CREATE_FAILED,
    "DELETE_IN_PROGRESS": State.DELETE_IN_PROGRESS,
    "DELETE_COMPLETE": State.DELETE_IN_PROGRESS,
    "DELETE_FAILED": State.DELETE_FAILED,
}
# Here a stack stays until somebody deletes it.
ROLLED_BACK = {"CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED"}

_WITHOUT_STACK = Failure(
    code="CreationInterrupted",
    reason="The request that began the creation was interrupted; POST again resumes it.",
)


def state_of(state: State, status: str) -> State:
    """The state that follows from the registry's and the status of the stack.

    A failed creation stays one until it is deleted or retried, whatever becomes of its stack; a
    deletion that was asked for is one, whatever the stack still does.
    """
    match state:
        case State.CREATE_FAILED:
            return state
        case State.DELETE_IN_PROGRESS | State.DELETE_FAILED:
            return State.DELETE_FAILED if status == "DELETE_FAILED" else State.DELETE_IN_PROGRESS
        case State.CREATE_IN_PROGRESS | State.CREATE_COMPLETE | State.UPDATE_IN_PROGRESS:
            return STATES.get(status, state)
        case _:
            assert_never(state)


def as_seen(record: Record, stack: Stack | None, now: datetime) -> Record:
    """The record brought up to what its stack says; `stack` is None when there is none."""
    if stack is None:
        return _without_stack(record, now)
    if record.is_exporting:
        # Its stack stays until the export is over; what the stack does meanwhile means nothing.
        return record
    state = state_of(record.state, stack.status)
    seen = _with_outputs(record, stack.outputs) if state is State.CREATE_COMPLETE else record
    if state in {State.CREATE_COMPLETE, State.UPDATE_IN_PROGRESS}:
        seen = replace(seen, was_complete=True)
    if state in {State.CREATE_FAILED, State.DELETE_FAILED} and not record.failures:
        seen = replace(seen, failures=(_failure(state, stack),))
    if (record.state, state) == (State.DELETE_FAILED, State.DELETE_IN_PROGRESS):
        # Somebody deletes the stack again, by hand: what failed before may be mended.
        seen = replace(seen, failures=())
    if state is not record.state:
        seen = replace(seen, state=state, updated_at=now)
    return seen


def _without_stack(record: Record, now: datetime) -> Record:
    being_launched = record.is_claimed(now) and record.stack_id is None
    if record.state is not State.CREATE_IN_PROGRESS or being_launched:
        return record
    failures = record.failures or (_WITHOUT_STACK,)
    return replace(record, state=State.CREATE_FAILED, failures=failures)


def _failure(state: State, stack: Stack) -> Failure:
    what = "creation" if state is State.CREATE_FAILED else "deletion"
    words = f"The {what} of stack {stack.name} failed; its events in CloudFormation say why."
    return Failure(code=f"Cluster{what.capitalize()}Failure", reason=stack.reason or words)


def _with_outputs(record: Record, outputs: Mapping[str, str]) -> Record:
    if not outputs.get("ClusterStackArn"):
        return record
    return replace(
        record,
        cluster_stack_arn=outputs["ClusterStackArn"],
        cluster_stack_status=outputs.get("ClusterStackStatus") or record.cluster_stack_status,
        version=outputs.get("Version") or record.version,
        compute_fleet_status=outputs.get("ComputeFleetStatus") or record.compute_fleet_status,
        head_node=_head_node(outputs) or record.head_node,
        slurm_rest_url=outputs.get("SlurmRestUrl") or record.slurm_rest_url,
        slurm_rest_certificate_sha256=outputs.get("SlurmRestCertificateSha256")
        or record.slurm_rest_certificate_sha256,
        fsx_id=outputs.get("FileSystemId") or record.fsx_id,
    )


def _head_node(outputs: Mapping[str, str]) -> HeadNode | None:
    if not outputs.get("HeadNodeInstanceId"):
        return None
    return HeadNode(
        instance_id=outputs["HeadNodeInstanceId"],
        instance_type=outputs.get("HeadNodeInstanceType", ""),
        launch_time=outputs.get("HeadNodeLaunchTime", ""),
        private_ip_address=outputs.get("HeadNodePrivateIp", ""),
        state=outputs.get("HeadNodeState", ""),
    )
