"""What a POST does, given the project's record: pure decisions, each with its reason."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never

from cluster_api.errors import (
    ClusterApiError,
    DeletionFailed,
    DifferentCluster,
    NoFreeSubnet,
    StillDeleting,
    StillRollingBack,
)
from cluster_api.model import ClusterRequest, Record, State, Tier
from cluster_api.names import cluster_name, stack_name
from cluster_api.users import told_to_caller

# More than the function's time-out: a dead claim means a dead process.
CLAIM = timedelta(seconds=20)
# Beside the users, which are compared one by one.
_COMPARED = (
    "tier",
    "include_lustre",
    "benchmark",
    "lustre_capacity_gib",
    "lustre_throughput_mb_s_per_tib",
)


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """What this request would use for a creation; `subnet_id` is None when none is free."""

    creation: str
    subnet_id: str | None
    tier: Tier
    pool_size: int


@dataclass(frozen=True, kw_only=True)
class Admit:
    """Put `record`, in the place of `replacing`, and the lease of its subnet: both or none."""

    record: Record
    replacing: Record | None
    reason: str


@dataclass(frozen=True, kw_only=True)
class Resume:
    """Claim what a dead request left: `record` in the place of `replacing`, then go on with it."""

    record: Record
    replacing: Record
    reason: str


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Nothing is to be done: the cluster is there or on its way."""

    record: Record
    reason: str


@dataclass(frozen=True, kw_only=True)
class Await:
    """Another request is at it; when its stack is there, the answer is the same as `Answer`."""

    record: Record
    reason: str


@dataclass(frozen=True, kw_only=True)
class FinishDeletion:
    """A request died while it was taking back a creation; do that first."""

    record: Record
    reason: str


@dataclass(frozen=True, kw_only=True)
class Refuse:
    """The caller has to do something else, or to come back."""

    error: ClusterApiError
    reason: str


Decision = Admit | Resume | Answer | Await | FinishDeletion | Refuse


def decide_creation(
    request: ClusterRequest, record: Record | None, proposal: Proposal, now: datetime
) -> Decision:
    """What to do for `request`, where `record` is what the registry has of its project."""
    if record is None:
        return _admit(_new_record(request, proposal, now), None, proposal, "there is no cluster")
    match record.state:
        case State.DELETE_IN_PROGRESS | State.DELETE_FAILED:
            return _while_deleting(record, now)
        case _ if differences := _differences(request, record):
            return _refuse(DifferentCluster(record.cluster_name, differences))
        case State.CREATE_FAILED:
            return _after_failure(request, record, proposal, now)
        case State.CREATE_IN_PROGRESS if record.stack_id is None:
            return _while_launching(record, now)
        case State.CREATE_IN_PROGRESS | State.CREATE_COMPLETE | State.UPDATE_IN_PROGRESS:
            return Answer(record=record, reason=f"its state is {record.state}")
        case _:
            assert_never(record.state)


def _while_deleting(record: Record, now: datetime) -> Decision:
    if record.state is State.DELETE_FAILED:
        return _refuse(DeletionFailed(record.cluster_name))
    if record.stack_id is None and not record.is_claimed(now):
        return FinishDeletion(record=record, reason="its request died while undoing it")
    return _refuse(StillDeleting(record.cluster_name))


def _after_failure(
    request: ClusterRequest, record: Record, proposal: Proposal, now: datetime
) -> Decision:
    if record.subnet_id is not None:
        return _refuse(StillRollingBack(record.cluster_name))
    return _admit(_retry(request, record, proposal, now), record, proposal, "its creation failed")


def _while_launching(record: Record, now: datetime) -> Decision:
    if record.is_claimed(now):
        return Await(record=record, reason="another request is launching it")
    resumed = replace(record, claimed_until=_claim(now))
    return Resume(record=resumed, replacing=record, reason="the request that began it died")


def _admit(record: Record, replacing: Record | None, proposal: Proposal, reason: str) -> Decision:
    if proposal.subnet_id is None:
        tier = proposal.tier
        return _refuse(NoFreeSubnet(tier.name, tier.zones, proposal.pool_size))
    return Admit(record=record, replacing=replacing, reason=reason)


def _refuse(error: ClusterApiError) -> Refuse:
    return Refuse(error=error, reason=str(error))


def _new_record(request: ClusterRequest, proposal: Proposal, now: datetime) -> Record:
    name = cluster_name(request.project)
    return Record(
        project=request.project,
        cluster_name=name,
        tier=request.tier,
        include_lustre=request.include_lustre,
        benchmark=request.benchmark,
        state=State.CREATE_IN_PROGRESS,
        creation=proposal.creation,
        keys=proposal.creation,
        stack_name=stack_name(name, proposal.creation),
        created_at=now,
        updated_at=now,
        claimed_until=_claim(now),
        subnet_id=proposal.subnet_id,
        lustre_capacity_gib=request.lustre_capacity_gib,
        lustre_throughput_mb_s_per_tib=request.lustre_throughput_mb_s_per_tib,
        users=request.users,
    )


def _retry(request: ClusterRequest, failed: Record, proposal: Proposal, now: datetime) -> Record:
    return replace(
        _new_record(request, proposal, now),
        keys=failed.keys,
        revision=failed.revision,
        admin_key_arn=failed.admin_key_arn,
        sim_key_arn=failed.sim_key_arn,
        sim_public_key=failed.sim_public_key,
    )


def _differences(request: ClusterRequest, record: Record) -> dict[str, tuple[object, object]]:
    differences: dict[str, tuple[object, object]] = {
        what: (_told(getattr(record, what)), _told(getattr(request, what)))
        for what in _COMPARED
        if getattr(record, what) != getattr(request, what)
    }
    if record.users != request.users:
        # The others are the same: to list them would hide these.
        there = told_to_caller(user for user in record.users if user not in request.users)
        asked = told_to_caller(user for user in request.users if user not in record.users)
        differences["users"] = (there, asked)
    return differences


def _told(value: object) -> object:
    return "the tier's" if value is None else value


def _claim(now: datetime) -> int:
    return int((now + CLAIM).timestamp())
