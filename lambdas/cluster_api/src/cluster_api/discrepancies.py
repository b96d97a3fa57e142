"""What doesn't agree of registry, leases, keys and stacks, and what mends it: pure decisions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from cluster_api.model import Record, State
from cluster_api.names import creation_of_stack, is_cluster_name
from cluster_api.stack_state import ROLLED_BACK, state_of
from cluster_api.survey import KeptKeys, Lease, OwnedCluster, StackSummary, last_part, owner_of


@dataclass(frozen=True, kw_only=True)
class _Found:
    subject: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class FollowStack(_Found):
    """The record isn't what its stack says: bring it up to that."""

    record: Record


@dataclass(frozen=True, kw_only=True)
class RestoreLease(_Found):
    """The record uses a subnet that nobody holds: lend it to the record again."""

    record: Record


@dataclass(frozen=True, kw_only=True)
class EndLease(_Found):
    """A subnet is held for a creation that there isn't: free it."""

    lease: Lease


@dataclass(frozen=True, kw_only=True)
class DestroyKeys(_Found):
    """Key pairs and secrets of no record."""

    keys: KeptKeys


@dataclass(frozen=True, kw_only=True)
class DeleteStack(_Found):
    """What a failed creation, or a failed deletion, of no record left."""

    stack: StackSummary


@dataclass(frozen=True, kw_only=True)
class DeleteCluster(_Found):
    """A cluster of ParallelCluster's whose custom resource is gone."""

    cluster: OwnedCluster


@dataclass(frozen=True, kw_only=True)
class TellOperator(_Found):
    """Something that nobody may undo without having looked at it."""


Discrepancy = (
    FollowStack | RestoreLease | EndLease | DestroyKeys | DeleteStack | DeleteCluster | TellOperator
)


@dataclass(frozen=True, kw_only=True)
class Survey:
    """Everything there is. The records were read last: what was made for one is not older."""

    leases: Sequence[Lease]
    keys: Sequence[KeptKeys]
    stacks: Sequence[StackSummary]
    clusters: Sequence[OwnedCluster]
    records: Sequence[Record]


def find_discrepancies(survey: Survey, *, before: datetime) -> Iterator[Discrepancy]:
    """All of them, about what has not changed since `before`: what is younger may be on its way."""
    yield from _records(survey, before)
    yield from _leases(survey, before)
    yield from _keys(survey, before)
    yield from _stacks(survey, before)
    yield from _clusters(survey, before)


def _records(survey: Survey, before: datetime) -> Iterator[Discrepancy]:
    stacks = {key: stack for stack in survey.stacks for key in (stack.id, stack.name)}
    leases = {lease.subnet_id: lease for lease in survey.leases}
    for record in survey.records:
        if record.changed_at > before:
            continue
        stack = stacks.get(record.stack)
        if not _agrees(record, stack):
            status = stack.status if stack else "gone"
            reason = f"its state is {record.state}, its stack is {status}"
            yield FollowStack(subject=record.project.id, record=record, reason=reason)
        elif record.subnet_id is not None and not _is_of(leases.get(record.subnet_id), record):
            yield _without_lease(record, leases.get(record.subnet_id))


def _agrees(record: Record, stack: StackSummary | None) -> bool:
    if record.state is State.CREATE_FAILED and record.subnet_id is None:
        # It waits for POST or DELETE, with what is left of its stack, or without.
        return True
    if stack is None or record.state.in_progress or record.state is State.CREATE_FAILED:
        return False
    if record.is_exporting:
        # Its export failed: it waits for DELETE, whatever its stack is.
        return True
    return state_of(record.state, stack.status) is record.state


def _is_of(lease: Lease | None, record: Record) -> bool:
    if lease is None:
        return False
    return (lease.holder, lease.creation) == (record.project.id, record.creation)


def _without_lease(record: Record, lease: Lease | None) -> Discrepancy:
    uses = f"it uses {record.subnet_id}, which"
    if lease is None:
        reason = f"{uses} nobody holds"
        return RestoreLease(subject=record.project.id, record=record, reason=reason)
    reason = f"{uses} {lease.holder} ({lease.creation}) holds; one of them has to be deleted"
    return TellOperator(subject=record.project.id, reason=reason)


def _leases(survey: Survey, before: datetime) -> Iterator[Discrepancy]:
    users = {(record.subnet_id, record.project.id, record.creation) for record in survey.records}
    for lease in survey.leases:
        is_young = lease.since is not None and lease.since > before
        if not is_young and (lease.subnet_id, lease.holder, lease.creation) not in users:
            reason = f"no cluster is {lease.holder} ({lease.creation}), which holds it"
            yield EndLease(subject=lease.subnet_id, lease=lease, reason=reason)


def _keys(survey: Survey, before: datetime) -> Iterator[Discrepancy]:
    used = {(record.cluster_name, record.keys) for record in survey.records}
    for kept in survey.keys:
        if kept.newest_at <= before and (kept.cluster_name, kept.keys) not in used:
            subject = f"{kept.cluster_name}-{kept.keys}"
            yield DestroyKeys(subject=subject, keys=kept, reason="no record has them")


def _stacks(survey: Survey, before: datetime) -> Iterator[Discrepancy]:
    known = {record.stack_name for record in survey.records}
    for stack in survey.stacks:
        ours = creation_of_stack(stack.name) is not None
        if not ours or stack.name in known or stack.changed_at > before:
            continue
        if stack.status in ROLLED_BACK or stack.status == "DELETE_FAILED":
            reason = f"no record has it, and it is {stack.status}"
            yield DeleteStack(subject=stack.name, stack=stack, reason=reason)
        else:
            # It may hold a project's data: nobody deletes that without having looked.
            reason = f"no record has it, but it is {stack.status}; delete it by hand if nobody's"
            yield TellOperator(subject=stack.name, reason=reason)


def _clusters(survey: Survey, before: datetime) -> Iterator[Discrepancy]:
    alive = {last_part(stack.id) for stack in survey.stacks}
    for cluster in survey.clusters:
        is_settled = cluster.stack.changed_at <= before
        if is_settled and owner_of(cluster.owner).stack not in alive:
            reason = f"the stack of its owner {cluster.owner} is gone"
            yield DeleteCluster(subject=cluster.stack.name, cluster=cluster, reason=reason)


def unfollowed(survey: Survey, *, before: datetime) -> Iterator[Record]:
    """Records of clusters that are there, and know less of their imports than FSx.

    Those with an import that is yet to begin at once: nobody else begins it.
    """
    for record in survey.records:
        if record.state.in_progress or not record.has_unfinished_imports:
            continue
        if record.changed_at <= before or any(each.is_to_begin for each in record.imports):
            yield record


def is_vouched_for(cluster: StackSummary, records: Sequence[Record]) -> bool:
    """Whether nobody needs to ask for the cluster's owner: not ours, going, or of a record."""
    if not is_cluster_name(cluster.name) or cluster.status == "DELETE_IN_PROGRESS":
        return True
    return any(record.cluster_stack_arn == cluster.id for record in records)
