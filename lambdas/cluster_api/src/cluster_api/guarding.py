"""The guard in a project's stack: it holds the file system until nothing on it would be lost."""

import logging
from dataclasses import dataclass, replace

from cluster_api.completion import was_complete
from cluster_api.data_errors import GuardRefused, ScratchNotExported
from cluster_api.export_ports import DataRepositories, Receipts
from cluster_api.lustre import Scratch
from cluster_api.model import Project, Record, State
from cluster_api.ports import Registry, Stacks
from cluster_api.receipt import Outcome, Proof
from cluster_api.release import rereading

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Guarded:
    """What a guard holds: a creation's file system."""

    project: Project
    creation: str
    scratch: Scratch


def why_held(proof: Proof | None, file_system_id: str) -> str | None:
    """Why a file system may not go, as far as the receipt tells; None: it may."""
    if proof is None:
        return "there is no receipt of an export"
    if proof.file_system_id != file_system_id:
        return f"the receipt is of {proof.file_system_id}"
    if proof.outcome is Outcome.FAILED:
        return f"its export has {proof.outcome}"
    return None


@dataclass(frozen=True, kw_only=True)
class ScratchGuards:
    """Told of a file system before there are nodes, asked before it goes, whoever deletes it."""

    registry: Registry
    stacks: Stacks
    repositories: DataRepositories
    receipts: Receipts

    def hold(self, guarded: Guarded) -> None:
        """Tell the registry which file system it is.

        Raises:
            GuardRefused: nobody waits for this creation; the stack has to roll back.
        """
        rereading(lambda: self._hold(guarded))
        _log.info("guard: %s is held", guarded.scratch.file_system_id)

    def let_go(self, guarded: Guarded, stack_id: str) -> None:
        """Let the file system go, since nothing on it would be lost.

        Raises:
            ScratchNotExported: it may hold what nobody has saved; the stack's deletion has to fail.
        """
        file_system_id = guarded.scratch.file_system_id
        if self._was_complete(guarded, stack_id):
            held = why_held(self.receipts.proof(guarded.project, guarded.creation), file_system_id)
            if held is not None and self.repositories.has_file_system(file_system_id):
                raise ScratchNotExported(guarded.project.id, file_system_id, held)
        _log.info("guard: %s may go", file_system_id)

    def _hold(self, guarded: Guarded) -> None:
        record = self._record(guarded)
        if record is not None and record.scratch == guarded.scratch:
            return
        if record is None or record.state is not State.CREATE_IN_PROGRESS:
            raise GuardRefused(guarded.project.id, guarded.creation)
        self.registry.save(replace(record, scratch=guarded.scratch), record)

    def _was_complete(self, guarded: Guarded, stack_id: str) -> bool:
        """Whether anybody can have written there; the stack's own history has the last word."""
        stack = self.stacks.find(stack_id)
        if stack is None:
            # Nobody but a stack calls a guard: what can't be seen counts as used.
            return True
        return was_complete(self._record(guarded), stack, self.stacks)

    def _record(self, guarded: Guarded) -> Record | None:
        record = self.registry.find(guarded.project)
        return record if record is not None and record.creation == guarded.creation else None
