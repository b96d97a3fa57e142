"""The clusters of all projects: to create, describe, list and delete them."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from random import Random
from typing import assert_never

from cluster_api.creation import (
    Admit,
    Answer,
    Await,
    Decision,
    FinishDeletion,
    Proposal,
    Refuse,
    Resume,
    decide_creation,
)
from cluster_api.deletion import Deletion, StackDeletion, decide_deletion, decide_stack_deletion
from cluster_api.errors import (
    BeingMade,
    DeletionFailed,
    NoSuchCluster,
    RecordChanged,
    StackBusy,
    StillDeleting,
    StillRollingBack,
)
from cluster_api.export_ports import DataRepositories, Workflows
from cluster_api.imports import followed
from cluster_api.launching import Launcher
from cluster_api.model import Catalogue, ClusterRequest, Project, Record, Stack, State
from cluster_api.ports import Clock, Keys, Look, Page, Registry, Stacks, SubnetPool
from cluster_api.release import release, rereading
from cluster_api.stack_state import as_seen

_log = logging.getLogger(__name__)

# One read takes a hundred items: the record and so many leases.
SUBNETS_PER_LOOK = 99
_POLL_SECONDS = 0.25
_CREATION_BITS = 32


@dataclass(frozen=True, kw_only=True)
class Clusters:
    """What the API offers. Every method may be called again after it died half-way."""

    registry: Registry
    keys: Keys
    stacks: Stacks
    subnets: SubnetPool
    clock: Clock
    chance: Random
    catalogue: Catalogue
    launcher: Launcher
    workflows: Workflows
    repositories: DataRepositories
    history_days: int
    # How long a request waits for another one that makes the same cluster.
    patience_seconds: float = 4.0

    def create(self, request: ClusterRequest) -> Record:
        """The record of the project's cluster, which is there or on its way, with its keys."""
        begun = self.clock.now()
        while True:
            decision = self._decide(request)
            _log.info(
                "creation: %s, because %s",
                type(decision).__name__,
                decision.reason,
            )
            try:
                record = self._carry_out(decision)
            except RecordChanged:
                record = None
            if record is not None:
                return record
            if (self.clock.now() - begun).total_seconds() > self.patience_seconds:
                raise BeingMade(request.project.id)

    def describe(self, project: Project) -> Record:
        """The project's cluster as it is now."""
        record = self.registry.find(project)
        if record is None:
            raise NoSuchCluster(project.id)
        if record.state.in_progress:
            return as_seen(record, self.stacks.find(record.stack), self.clock.now())
        return followed(record, self.repositories)

    def page(self, *, vlab_id: str | None, after: str | None, limit: int) -> Page:
        """The clusters of a lab, or all, as of their last change of state."""
        return self.registry.page(vlab_id=vlab_id, after=after, limit=limit)

    def delete(self, project: Project, *, forced_by: str | None = None) -> Record:
        """The record of the cluster, which is on its way out.

        `forced_by` is who gives up what of its scratch isn't exported.
        """
        return rereading(lambda: self._delete(project, forced_by))

    def _decide(self, request: ClusterRequest) -> Decision:
        tier = self.catalogue[request.tier]
        pool = self.subnets.subnets(tier.zones)
        look = self._look(request.project, pool)
        proposal = Proposal(
            creation=f"{self.chance.getrandbits(_CREATION_BITS):08x}",
            subnet_id=next(iter(look.free_subnets), None),
            tier=tier,
            pool_size=len(pool),
        )
        return decide_creation(request, look.record, proposal, self.clock.now())

    def _look(self, project: Project, pool: Sequence[str]) -> Look:
        """The record, and free subnets as far as it needs one."""
        drawn = iter(self.chance.sample(pool, len(pool)))
        look = self.registry.look(project, tuple(islice(drawn, SUBNETS_PER_LOOK)))
        for batch in _batches(drawn):
            if not _lacks_subnet(look):
                break
            look = self.registry.look(project, batch)
        if _lacks_subnet(look):
            # A look is no snapshot: the last subnet may be held by this very project since.
            look = replace(look, record=self.registry.find(project))
        return look

    def _carry_out(self, decision: Decision) -> Record | None:
        """The record to answer with; None to decide again."""
        match decision:
            case Answer():
                return self._not_failed(decision.record)
            case Refuse():
                raise decision.error
            case Await():
                return self._await_stack(decision.record)
            case FinishDeletion():
                self._finish_deletion(decision.record)
                return None
            case Resume():
                return self._resume(decision)
            case Admit():
                return self._admit(decision)
            case _:
                assert_never(decision)

    def _admit(self, admit: Admit) -> Record:
        if admit.replacing is not None:
            # The failed stack goes first: once the record names another, nobody would know it.
            try:
                self.stacks.delete(admit.replacing.stack)
            except StackBusy:
                raise StillRollingBack(admit.record.cluster_name) from None
        return self.launcher.build(self.registry.admit(admit.record, admit.replacing))

    def _resume(self, resume: Resume) -> Record:
        stack = self.stacks.find(resume.record.stack_name)
        if stack is not None:
            # The dead request had launched it; it may have failed since.
            self._as_answered(resume.record, stack)
        return self.launcher.build(self.registry.save(resume.record, resume.replacing))

    def _not_failed(self, record: Record) -> Record:
        """The record; refused if its stack has failed or goes, which it may not know yet."""
        if record.state is not State.CREATE_IN_PROGRESS:
            return record
        return self._as_answered(record, self.stacks.find(record.stack))

    def _as_answered(self, record: Record, stack: Stack | None) -> Record:
        match as_seen(record, stack, self.clock.now()).state:
            case State.CREATE_FAILED:
                raise StillRollingBack(record.cluster_name)
            case State.DELETE_IN_PROGRESS:
                raise StillDeleting(record.cluster_name)
            case State.DELETE_FAILED:
                raise DeletionFailed(record.cluster_name)
            case State.CREATE_IN_PROGRESS | State.CREATE_COMPLETE | State.UPDATE_IN_PROGRESS:
                return record
            case _ as never:
                assert_never(never)

    def _await_stack(self, record: Record) -> Record | None:
        stack = self.stacks.find(record.stack_name) if record.has_keys else None
        if stack is not None:
            return self._as_answered(record, stack)
        self.clock.sleep(_POLL_SECONDS)
        return None

    def _finish_deletion(self, record: Record) -> None:
        if self.stacks.find(record.stack_name) is not None:
            raise StillDeleting(record.cluster_name)
        self._release(record)

    def _delete(self, project: Project, forced_by: str | None) -> Record:
        deletion = self._mark(project, forced_by)
        record, todo = deletion.record, deletion.stack
        if todo is None:
            stack = self.stacks.find(record.stack)
            todo = decide_stack_deletion(record, stack, self.clock.now())
        _log.info("deletion: %s", todo)
        match todo:
            case StackDeletion.EXPORT:
                self.workflows.begin(record)
            case StackDeletion.DELETE:
                self._delete_stack(record)
            case StackDeletion.DELETE_AND_RELEASE:
                self._delete_stack(record)
                self._release(record)
            case StackDeletion.RELEASE:
                self._release(record)
            case StackDeletion.WAIT:
                pass
            case _:
                assert_never(todo)
        return record

    def _mark(self, project: Project, forced_by: str | None) -> Deletion:
        record = self.registry.find(project)
        if record is None:
            raise NoSuchCluster(project.id)
        deletion = decide_deletion(record, self.clock.now(), forced_by)
        if deletion.record == record:
            return deletion
        return replace(deletion, record=self.registry.save(deletion.record, record))

    def _delete_stack(self, record: Record) -> None:
        try:
            self.stacks.delete(record.stack)
        except StackBusy:
            # It rolls back; the listener deletes it when it has, as the record says that it goes.
            _log.info("stack %s is busy", record.stack_name)

    def _release(self, record: Record) -> None:
        try:
            release(
                record,
                registry=self.registry,
                keys=self.keys,
                clock=self.clock,
                keep_days=self.history_days,
            )
        except RecordChanged:
            # The stack's own end may have released it just now, and a POST made another one since.
            current = self.registry.find(record.project)
            if current is not None and current.creation == record.creation:
                raise


def _lacks_subnet(look: Look) -> bool:
    needs_one = look.record is None or look.record.state is State.CREATE_FAILED
    return needs_one and not look.free_subnets


def _batches(subnets: Iterator[str]) -> Iterator[tuple[str, ...]]:
    while batch := tuple(islice(subnets, SUBNETS_PER_LOOK)):
        yield batch
