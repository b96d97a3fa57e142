"""The scratch of the machine's clusters: file systems, guards, exports, and who let go of what."""

from dataclasses import dataclass, field

from cloudformation_driver import Asked
from cluster_api.export_steps import ExportSteps
from cluster_api.guarding import Guarded, ScratchGuards
from cluster_api.lustre import Association, Scratch, TaskKind, TaskState
from cluster_api_fake_data import (
    ALL_EVENTS,
    FakeDataRepositories,
    FakeReceipts,
    FakeWorkflows,
)
from cluster_api_world import World
from cluster_surroundings import Surroundings
from interruptions import Interruptible, Interruptions


@dataclass(kw_only=True)
class ScratchScene:
    """All that happens to file systems, and what is remembered of it to judge it by."""

    repositories: FakeDataRepositories = field(default_factory=FakeDataRepositories)
    workflows: FakeWorkflows = field(default_factory=FakeWorkflows)
    receipts: FakeReceipts = field(default_factory=FakeReceipts)
    # Stacks that were complete once: somebody may have written there.
    used: set[str] = field(default_factory=set)
    # Projects and creations whose scratch an operator has given up.
    given_up: set[tuple[str, str]] = field(default_factory=set)
    steps: ExportSteps = field(init=False)
    guards: ScratchGuards = field(init=False)

    def build(self, around: Surroundings, world: World, interruptions: Interruptions) -> None:
        """The functions, around the scene's ports."""
        repositories = Interruptible(self.repositories, interruptions)
        receipts = Interruptible(self.receipts, interruptions)
        self.repositories.clock = around.clock
        self.steps = ExportSteps(
            registry=world.registry,
            stacks=world.stacks,
            clusters=around.clusters,
            repositories=repositories,
            receipts=receipts,
            clock=world.clock,
        )
        self.guards = ScratchGuards(
            registry=world.registry,
            stacks=world.stacks,
            repositories=repositories,
            receipts=receipts,
        )

    def ask_guard(self, asked: Asked) -> None:
        """The guard's function is called; it raises where it refuses."""
        guarded = guarded_of(asked)
        if asked.verb == "Create":
            # The file system and its association are there before their guard.
            self.repositories.link(_association(guarded))
            self.guards.hold(guarded)
        else:
            self.guards.let_go(guarded, asked.stack_id)

    def lose(self, asked: Asked) -> None:
        """CloudFormation deletes the file system, whose guard has let it go."""
        guarded = guarded_of(asked)
        file_system_id = guarded.scratch.file_system_id
        given_up = (asked.project.id, asked.creation) in self.given_up
        is_saved = any(
            task.kind is TaskKind.EXPORT
            and task.state is TaskState.SUCCEEDED
            and task.files_failed == 0
            for task in self.repositories.tasks(file_system_id)
        )
        assert asked.stack_id not in self.used or is_saved or given_up, (
            "no file system goes without an export or an operator's word"
        )
        self.repositories.file_systems.discard(file_system_id)
        self.repositories.associations.pop(guarded.scratch.association_id, None)

    def active(self) -> list[str]:
        """The tasks that are not over."""
        return [id_ for id_, task in self.repositories.begun.items() if not task.state.is_over]

    def end_task(self, task_id: str, *, well: bool) -> None:
        """FSx comes to the end of a task."""
        state = TaskState.SUCCEEDED if well else TaskState.FAILED
        self.repositories.become(task_id, state, total=3, failed=0 if well else 1)


def guarded_of(asked: Asked) -> Guarded:
    """What the guard of a stack holds."""
    unique = asked.stack_id.rpartition("/")[2]
    scratch = Scratch(file_system_id=f"fs-{unique}", association_id=f"dra-{unique}")
    return Guarded(project=asked.project, creation=asked.creation, scratch=scratch)


def _association(guarded: Guarded) -> Association:
    return Association(
        id=guarded.scratch.association_id,
        file_system_id=guarded.scratch.file_system_id,
        file_system_path="/scratch",
        repository_path=f"s3://scratch/{guarded.project.id}/",
        lifecycle="AVAILABLE",
        import_events=ALL_EVENTS,
        export_events=ALL_EVENTS,
    )
