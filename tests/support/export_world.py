"""A world in memory with clusters that have scratch, whose deletion goes on when a test says so."""

from dataclasses import dataclass, field, replace

from cluster_api.data_errors import ScratchNotExported
from cluster_api.export_attempts import order_of
from cluster_api.export_steps import ExportSteps
from cluster_api.guarding import Guarded, ScratchGuards
from cluster_api.imports import MetadataImports
from cluster_api.lustre import Association, Scratch, TaskKind, TaskState
from cluster_api.model import Launch, Project, Record
from cluster_api.reconciling import Reconciler
from cluster_api.service import Clusters
from cluster_api.survey import OWNER_TAG
from cluster_api_fake_data import (
    ALL_EVENTS,
    FakeDataRepositories,
    FakeReceipts,
    FakeWorkflows,
)
from cluster_api_fake_world import FakeWorld
from cluster_api_world import LAB, READY, request
from interruptions import Interruptible, Interruptions

FILE_SYSTEM = "fs-1"
SCRATCH = Scratch(file_system_id=FILE_SYSTEM, association_id="dra-1")
ASSOCIATION = Association(
    id="dra-1",
    file_system_id=FILE_SYSTEM,
    file_system_path="/scratch",
    repository_path="s3://scratch/lab/project/",
    lifecycle="AVAILABLE",
    import_events=ALL_EVENTS,
    export_events=ALL_EVENTS,
)
# More than a deletion needs, whatever happens in its middle.
_STEPS = 40


@dataclass(kw_only=True)
class ExportWorld(FakeWorld):
    """The same, with what exports need; every port of theirs can be interrupted."""

    workflows: FakeWorkflows = field(default_factory=FakeWorkflows)
    repositories: FakeDataRepositories = field(default_factory=FakeDataRepositories)
    receipts: FakeReceipts = field(default_factory=FakeReceipts)
    interruptions: Interruptions = field(default_factory=Interruptions)
    steps: ExportSteps = field(init=False)
    guards: ScratchGuards = field(init=False)
    imports: MetadataImports = field(init=False)
    interrupted_clusters: Clusters = field(init=False)
    interrupted_reconciler: Reconciler = field(init=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.repositories.clock = self.clock
        registry, stacks, repositories, receipts, workflows = (
            Interruptible(port, self.interruptions)
            for port in (
                self.registry,
                self.stacks,
                self.repositories,
                self.receipts,
                self.workflows,
            )
        )
        self.steps = ExportSteps(
            registry=registry,
            stacks=stacks,
            clusters=Interruptible(self.owned_clusters, self.interruptions),
            repositories=repositories,
            receipts=receipts,
            clock=self.clock,
        )
        self.guards = ScratchGuards(
            registry=self.registry,
            stacks=self.stacks,
            repositories=self.repositories,
            receipts=self.receipts,
        )
        self.imports = MetadataImports(registry=self.registry, repositories=self.repositories)
        self.interrupted_clusters = replace(self.clusters, registry=registry, workflows=workflows)
        follower = replace(self.follower, registry=registry, workflows=workflows)
        self.interrupted_reconciler = replace(self.reconciler, follower=follower)

    def comes_up_with_scratch(self, project: Project = LAB) -> str:
        """A POST; its stack has made reservation, file system, association and guard."""
        self.clusters.create(request(project))
        stack_id = self.stack_comes_up(project)
        self.repositories.link(ASSOCIATION)
        self.guards.hold(self.guarded(project))
        return stack_id

    def cluster_with_scratch(self, project: Project = LAB) -> str:
        """A cluster that is complete, and whose nodes are there; its stack's id."""
        stack_id = self.comes_up_with_scratch(project)
        self.stacks.launch(
            Launch(
                stack_name=self.record(project).cluster_name,
                template_url="https://x",
                token="",
                parameters={},
                tags={OWNER_TAG: f"{stack_id.rpartition('/')[2]}/Cluster"},
            )
        )
        self.stacks.become(self.nodes(project), "CREATE_COMPLETE")
        self.change(stack_id, "CREATE_COMPLETE", outputs=READY)
        return stack_id

    def guarded(self, project: Project = LAB) -> Guarded:
        """What the guard of the project's stack holds."""
        return Guarded(project=project, creation=self.record(project).creation, scratch=SCRATCH)

    def nodes(self, project: Project = LAB) -> str:
        """The id of ParallelCluster's stack."""
        stack = self.stacks.find(self.record(project).cluster_name)
        assert stack is not None
        return stack.id

    def take_step(self, project: Project = LAB) -> bool:
        """The state machine calls its function once; whether that was the last time."""
        record = self.record(project)
        assert record.export is not None
        order = order_of(record, record.export)
        step = self.steps.step(order)
        self.clock.sleep(step.wait_seconds)
        return step.done

    def aws_goes_on(self) -> None:
        """Nodes that are going are gone, tasks begin and then end."""
        for id_, stack in self.stacks.stacks.items():
            if stack.status == "DELETE_IN_PROGRESS" and OWNER_TAG in stack.tags:
                self.stacks.become(id_, "DELETE_COMPLETE")
        for task in list(self.repositories.begun.values()):
            if task.state is TaskState.PENDING:
                self.repositories.become(task.id, TaskState.EXECUTING, total=3)
            elif task.state is TaskState.EXECUTING:
                self.repositories.become(task.id, TaskState.SUCCEEDED, total=3)

    def workflows_run(self) -> None:
        """Whatever execution was begun comes to its end, and all goes well."""
        for _ in range(_STEPS):
            for name in list(self.workflows.running):
                step = self.steps.step(self.workflows.orders[name])
                self.clock.sleep(step.wait_seconds)
                if step.done:
                    self.workflows.end(name)
            self.aws_goes_on()
            if not self.workflows.running:
                return
        raise AssertionError("the deletion comes to no end")

    def until_exporting(self, project: Project = LAB) -> str:
        """DELETE, and steps until the export task runs; its id."""
        self.call("DELETE", vlab_id=project.vlab_id, project_id=project.project_id)
        for _ in range(_STEPS):
            self.take_step(project)
            if self.exports():
                self.repositories.become(self.exports()[-1], TaskState.EXECUTING, total=3)
                self.take_step(project)
                return self.exports()[-1]
            self.aws_goes_on()
        raise AssertionError("nothing is exported")

    def exports(self) -> list[str]:
        """The export tasks that there ever were."""
        return [
            task.id for task in self.repositories.begun.values() if task.kind is TaskKind.EXPORT
        ]

    def stack_goes(self, stack_id: str, project: Project = LAB) -> None:
        """CloudFormation deletes what is left of a stack; the guard may refuse."""
        creation = self.record(project).creation
        try:
            self.guards.let_go(self.guarded(project), stack_id)
        except ScratchNotExported as refusal:
            self.stacks.fail(stack_id, "ScratchGuard", "DELETE_FAILED", f"Error: {refusal}")
            self.change(stack_id, "DELETE_FAILED", reason="The resource ScratchGuard failed")
            return
        self.repositories.file_systems.discard(FILE_SYSTEM)
        self.repositories.associations.clear()
        self.reservations.let_go(project, creation, stack_id)
        self.change(stack_id, "DELETE_COMPLETE")

    def kept(self) -> Record:
        """The record in the registry's history."""
        (record,) = self.registry.history.values()
        return record
