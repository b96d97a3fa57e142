"""The reconciler: one pass over everything, which mends what doesn't agree and reports it."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import assert_never

from cluster_api.discrepancies import (
    DeleteCluster,
    DeleteStack,
    DestroyKeys,
    Discrepancy,
    EndLease,
    FollowStack,
    RestoreLease,
    Survey,
    TellOperator,
    find_discrepancies,
    is_vouched_for,
    unfollowed,
)
from cluster_api.errors import ClusterApiError, OutOfTime, RecordChanged
from cluster_api.every_record import every_record
from cluster_api.export_ports import DataRepositories
from cluster_api.following import Action, StackFollower
from cluster_api.imports import continued
from cluster_api.model import Record
from cluster_api.ports import Clock, Keys, Leases, OwnedClusters, Registry, Stacks
from cluster_api.reconciled_subjects import say_whom_it_is_about
from cluster_api.subject import is_about, is_about_nobody, subject
from cluster_api.survey import OwnedCluster

_log = logging.getLogger(__name__)


class Result(StrEnum):
    """What became of a discrepancy."""

    PLANNED = "would be mended"
    MENDED = "mended"
    SETTLED = "settled by somebody else meanwhile"
    FOR_AN_OPERATOR = "left to an operator"
    FAILED = "could not be mended; the next pass tries again"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What was found about what, what became of it, and in words what was done or went wrong.

    `kind` is the class of the discrepancy, `subject` a project, a subnet, a cluster or a stack;
    `about` is what the log calls it by.
    """

    kind: str
    subject: str
    reason: str
    result: Result
    explanation: str
    about: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a pass saw and found; `complete` is false when its time was over before its work."""

    dry_run: bool
    complete: bool
    survey: Survey
    outcomes: tuple[Outcome, ...]

    @property
    def records(self) -> int:
        """How many records there were."""
        return len(self.survey.records)

    @property
    def leases(self) -> int:
        """How many leases there were."""
        return len(self.survey.leases)


@dataclass(frozen=True, kw_only=True)
class Reconciler:
    """Compares the registry with leases, keys and stacks.

    `grace` is how long something must have been as it is: longer than anything takes that is on
    its way, a cluster's creation above all.
    """

    registry: Registry
    leases: Leases
    keys: Keys
    stacks: Stacks
    clusters: OwnedClusters
    repositories: DataRepositories
    follower: StackFollower
    clock: Clock
    grace: timedelta

    def reconcile(self, *, dry_run: bool) -> Report:
        """One pass. What can't be mended doesn't keep the rest from being."""
        survey = self._look_around()
        outcomes: list[Outcome] = []
        complete = True
        try:
            before = self.clock.now() - self.grace
            for each in find_discrepancies(survey, before=before):
                outcomes.append(self._settle(each, dry_run=dry_run))
            if not dry_run:
                self._follow_imports(unfollowed(survey, before=before))
        except OutOfTime:
            complete = False
        is_about_nobody()
        return Report(
            dry_run=dry_run,
            complete=complete,
            survey=survey,
            outcomes=tuple(outcomes),
        )

    def _look_around(self) -> Survey:
        # The records come last: what is theirs was there before, or is younger than `grace`.
        leases, keys, stacks = self.leases.all(), self.keys.kept(), self.stacks.summaries()
        records = tuple(every_record(self.registry))
        return Survey(
            leases=leases,
            keys=keys,
            stacks=stacks,
            clusters=[
                OwnedCluster(stack=stack, owner=owner)
                for stack in stacks
                if not is_vouched_for(stack, records)
                if (owner := self.clusters.owner(stack.name))
            ],
            records=records,
        )

    def _settle(self, discrepancy: Discrepancy, *, dry_run: bool) -> Outcome:
        say_whom_it_is_about(discrepancy)
        try:
            result, explanation = self._mend(discrepancy, dry_run=dry_run)
        except OutOfTime:
            raise
        except RecordChanged as change:
            result, explanation = Result.SETTLED, str(change)
        except ClusterApiError as problem:
            result, explanation = Result.FAILED, str(problem)
        except Exception:
            _log.exception("not mended: %s", discrepancy.reason)
            result, explanation = Result.FAILED, "the reconciler's log says what happened"
        return Outcome(
            kind=type(discrepancy).__name__,
            subject=discrepancy.subject,
            reason=discrepancy.reason,
            result=result,
            explanation=explanation,
            about=subject(),
        )

    def _follow_imports(self, records: Iterable[Record]) -> None:
        """Begin imports that waited for FSx, and let records know what became of all of them.

        No discrepancy, but nobody else does.
        """
        for record in records:
            is_about(record.project)
            try:
                now = continued(record, self.repositories)
                if now != record:
                    self.registry.save(now, record)
            except OutOfTime:
                raise
            except ClusterApiError as problem:
                _log.warning("imports of %s: %s", record.project.id, problem)

    def _mend(self, discrepancy: Discrepancy, *, dry_run: bool) -> tuple[Result, str]:
        if isinstance(discrepancy, TellOperator):
            return Result.FOR_AN_OPERATOR, discrepancy.reason
        if isinstance(discrepancy, FollowStack):
            return self._follow_stack(discrepancy.record, dry_run=dry_run)
        if dry_run:
            return Result.PLANNED, _ACTIONS[type(discrepancy)]
        self._undo(discrepancy)
        return Result.MENDED, _ACTIONS[type(discrepancy)]

    def _follow_stack(self, record: Record, *, dry_run: bool) -> tuple[Result, str]:
        following = self.follower.revisit(record, dry_run=dry_run)
        explanation = f"{following.action}: {following.reason}"
        if following.action is Action.NOTHING:
            return Result.FOR_AN_OPERATOR, f"it has been so for too long; {explanation}"
        return Result.PLANNED if dry_run else Result.MENDED, explanation

    def _undo(
        self, discrepancy: RestoreLease | EndLease | DestroyKeys | DeleteStack | DeleteCluster
    ) -> None:
        match discrepancy:
            case RestoreLease():
                self.leases.restore(discrepancy.record)
            case EndLease():
                self.leases.end(discrepancy.lease)
            case DestroyKeys():
                self.keys.destroy(discrepancy.keys.cluster_name, discrepancy.keys.keys)
            case DeleteStack():
                self.stacks.delete(discrepancy.stack.id)
            case DeleteCluster():
                cluster = discrepancy.cluster
                self.clusters.delete(cluster.stack.name, cluster.owner)
            case _:
                assert_never(discrepancy)


_ACTIONS: Mapping[type, str] = {
    RestoreLease: "lend it the subnet again",
    EndLease: "free the subnet",
    DestroyKeys: "destroy the key pairs and secrets",
    DeleteStack: "delete the stack",
    DeleteCluster: "have the cluster provider delete it",
}
