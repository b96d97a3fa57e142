"""The steps of a deletion's workflow: look, decide, do one thing, note it in the record."""

import logging
from dataclasses import dataclass, replace
from typing import assert_never

from cluster_api.completion import was_complete
from cluster_api.data_errors import RepositoryBusy
from cluster_api.errors import StackBusy
from cluster_api.export_attempts import Order, order_of
from cluster_api.export_failures import export_failed, export_interrupted
from cluster_api.export_notes import failed_record, noted, progress, receipt_of
from cluster_api.export_ports import DataRepositories, Receipts
from cluster_api.exporting import (
    Cancel,
    Decision,
    DeleteCluster,
    GiveUp,
    Going,
    LetGo,
    StartExport,
    StopAutomaticExport,
    View,
    Wait,
    decide_step,
    wait_seconds,
)
from cluster_api.lustre import Association, Transfer, transferred
from cluster_api.model import Failure, Record, Stack, State
from cluster_api.ports import Clock, OwnedClusters, Registry, Stacks
from cluster_api.receipt import FailedFiles, Outcome
from cluster_api.release import rereading
from cluster_api.survey import OWNER_TAG, last_part, owner_of

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Step:
    """What the state machine does next: end, or wait so long and take another step."""

    done: bool
    wait_seconds: int


_DONE = Step(done=True, wait_seconds=0)


@dataclass(frozen=True, kw_only=True)
class ExportSteps:
    """Exports a cluster's scratch and deletes its stack. Each step may die, and be taken twice."""

    registry: Registry
    stacks: Stacks
    clusters: OwnedClusters
    repositories: DataRepositories
    receipts: Receipts
    clock: Clock

    def step(self, order: Order) -> Step:
        """Do what comes next."""
        return rereading(lambda: self._step(order))

    def give_up(self, order: Order) -> None:
        """End a deletion whose steps fail again and again."""
        rereading(lambda: self._give_up(order))

    def _wanted(self, order: Order) -> Going | None:
        record = self.registry.find(order.project)
        if record is None or record.export is None or record.scratch is None:
            return None
        if record.state is not State.DELETE_IN_PROGRESS or order_of(record, record.export) != order:
            return None
        return Going(record=record, export=record.export, scratch=record.scratch)

    def _step(self, order: Order) -> Step:
        going = self._wanted(order)
        if going is None:
            return _DONE
        if going.export.stack_told:
            return self._delete_stack(going.record)
        view = self._look(going)
        decision = decide_step(view, self.clock.now())
        _log.info(
            "export: %s, because %s",
            type(decision).__name__,
            decision.reason,
            extra={"execution": order.name},
        )
        return self._carry_out(decision, view, order)

    def _look(self, going: Going) -> View:
        record, scratch = going.record, going.scratch
        stack = self.stacks.find(record.stack)
        cluster = self.stacks.find(record.cluster_name)
        association = self.repositories.association(scratch.association_id)
        return View(
            record=record,
            export=going.export,
            scratch=scratch,
            stack=stack,
            was_complete=was_complete(record, stack, self.stacks) if stack else record.was_complete,
            cluster=cluster if _is_of(cluster, stack) else None,
            association=association,
            has_file_system=association is not None
            or self.repositories.has_file_system(scratch.file_system_id),
            tasks=self.repositories.tasks(scratch.file_system_id),
        )

    def _carry_out(self, decision: Decision, view: View, order: Order) -> Step:
        transfer, waiting_for = None, None
        match decision:
            case Wait():
                pass
            case DeleteCluster():
                self.clusters.delete(decision.cluster.name, decision.cluster.tags[OWNER_TAG])
            case StopAutomaticExport():
                self.repositories.set_automatic_export(decision.association, on=False)
            case Cancel():
                for task in decision.tasks:
                    self.repositories.cancel(task.id)
            case StartExport():
                try:
                    transfer = self._start(decision.association, order)
                except RepositoryBusy as busy:
                    _log.info("export: %s", busy)
                    waiting_for = busy.explanation
            case LetGo():
                return self._let_go(decision.outcome, view)
            case GiveUp():
                self._fail(decision.failure, view)
                return _DONE
            case _:
                assert_never(decision)
        return self._note(view, transfer, waiting_for)

    def _start(self, association: Association, order: Order) -> Transfer:
        task = self.repositories.start_export(
            association,
            report_path=order.report_path(association.repository_path),
            token=order.token,
        )
        return transferred(association.file_system_path, task)

    def _note(self, view: View, started: Transfer | None, waiting_for: str | None) -> Step:
        """Write what was seen; that it was is what keeps the reconciler from taking over."""
        now = self.clock.now()
        export = replace(
            view.export,
            checked_at=now,
            transfer=started or progress(view),
            waiting_for=waiting_for,
        )
        self.registry.save(noted(view, export), view.record)
        return Step(done=False, wait_seconds=wait_seconds(export, now))

    def _let_go(self, outcome: Outcome | None, view: View) -> Step:
        if outcome is not None:
            self.receipts.keep(receipt_of(view, outcome, FailedFiles(), self.clock.now()))
        export = replace(
            view.export,
            checked_at=self.clock.now(),
            transfer=progress(view),
            waiting_for=None,
            stack_told=True,
        )
        return self._delete_stack(self.registry.save(noted(view, export), view.record))

    def _delete_stack(self, record: Record) -> Step:
        try:
            self.stacks.delete(record.stack)
        except StackBusy:
            _log.info("stack %s is busy", record.stack_name)
            return Step(done=False, wait_seconds=30)
        return _DONE

    def _fail(self, failure: Failure | None, view: View) -> None:
        files = FailedFiles()
        if view.task is not None and failure is None:
            files = self.receipts.failed_files(view.task)
            failure = export_failed(view.task, files)
            self.receipts.keep(receipt_of(view, Outcome.FAILED, files, self.clock.now()))
        self._export_by_itself_again(view)
        export = replace(
            view.export,
            checked_at=self.clock.now(),
            transfer=progress(view),
            waiting_for=None,
            report_path=files.report,
        )
        failed = failed_record(noted(view, export), failure, self.clock.now())
        self.registry.save(failed, view.record)

    def _give_up(self, order: Order) -> None:
        going = self._wanted(order)
        if going is None or going.export.stack_told:
            return
        self._export_by_itself_again(going)
        failure = export_interrupted(order.name)
        self.registry.save(failed_record(going.record, failure, self.clock.now()), going.record)

    def _export_by_itself_again(self, going: Going) -> None:
        """Where it can be had; the record has to be told why its export ended all the same."""
        try:
            found = self.repositories.association(going.scratch.association_id)
            if found is not None and found.can_be_updated and not found.exports_by_itself:
                self.repositories.set_automatic_export(found, on=True)
        except Exception:
            _log.exception("automatic export of %s is not on again", going.record.cluster_name)


def _is_of(cluster: Stack | None, stack: Stack | None) -> bool:
    """Whether the cluster was made by this project's stack, and is not gone."""
    if cluster is None or stack is None or cluster.status == "DELETE_COMPLETE":
        return False
    return owner_of(cluster.tags.get(OWNER_TAG, "")).stack == last_part(stack.id)
