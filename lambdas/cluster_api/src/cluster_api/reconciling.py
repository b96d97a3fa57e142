"""The reconciler: one pass over everything, which mends what doesn't agree and reports it."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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
)
from cluster_api.errors import ClusterApiError, OutOfTime, RecordChanged
from cluster_api.following import Action, StackFollower
from cluster_api.model import Record
from cluster_api.ports import Clock, Keys, Leases, OwnedClusters, Registry, Stacks
from cluster_api.survey import OwnedCluster

_log = logging.getLogger(__name__)

_PAGE_SIZE = 200


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

    `kind` is the class of the discrepancy, `subject` a project, a subnet, a cluster or a stack.
    """

    kind: str
    subject: str
    reason: str
    result: Result
    explanation: str


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a pass found; `complete` is false when its time was over before its work."""

    dry_run: bool
    complete: bool
    records: int
    leases: int
    outcomes: tuple[Outcome, ...]


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
    follower: StackFollower
    clock: Clock
    grace: timedelta

    def reconcile(self, *, dry_run: bool) -> Report:
        """One pass. What can't be mended doesn't keep the rest from being."""
        survey = self._look_around()
        outcomes: list[Outcome] = []
        complete = True
        try:
            for each in find_discrepancies(survey, before=self.clock.now() - self.grace):
                outcomes.append(self._settle(each, dry_run=dry_run))
        except OutOfTime:
            complete = False
        return Report(
            dry_run=dry_run,
            complete=complete,
            records=len(survey.records),
            leases=len(survey.leases),
            outcomes=tuple(outcomes),
        )

    def _look_around(self) -> Survey:
        # The records come last: what is theirs was there before, or is younger than `grace`.
        leases, keys, stacks = self.leases.all(), self.keys.kept(), self.stacks.summaries()
        records = tuple(self._records())
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

    def _records(self) -> Iterator[Record]:
        after = None
        while True:
            page = self.registry.page(vlab_id=None, after=after, limit=_PAGE_SIZE)
            yield from page.records
            after = page.after
            if after is None:
                return

    def _settle(self, discrepancy: Discrepancy, *, dry_run: bool) -> Outcome:
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
        )

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
                self.clusters.delete(discrepancy.cluster)
            case _:
                assert_never(discrepancy)


_ACTIONS: Mapping[type, str] = {
    RestoreLease: "lend it the subnet again",
    EndLease: "free the subnet",
    DestroyKeys: "destroy the key pairs and secrets",
    DeleteStack: "delete the stack",
    DeleteCluster: "have the cluster provider delete it",
}
