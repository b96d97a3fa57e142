"""The whole of cluster_api in memory, with CloudFormation doing what a test says."""

from dataclasses import dataclass, field

from cluster_api import reconciler_routes
from cluster_api.gateway import ProxyResponse, answered
from cluster_api.model import Project, Record
from cluster_api.reconciler_routes import Passes
from cluster_api.reconciling import Reconciler
from cluster_api.requests import ProxyEvent
from cluster_api_fake_stacks import FakeOwnedClusters, FakeStacks
from cluster_api_fakes import FakeClock, FakeKeys, FakeLeases, FakeRegistry, FakeSubnetPool
from cluster_api_world import LAB, OPERATOR, READY, RECONCILE_PATH, SUBNETS, World, reconciler_of


@dataclass(kw_only=True)
class FakeWorld(World):
    """A world in memory, whose stacks do what a test says."""

    registry: FakeRegistry = field(default_factory=FakeRegistry)
    keys: FakeKeys = field(default_factory=FakeKeys)
    stacks: FakeStacks = field(default_factory=FakeStacks)
    subnets: FakeSubnetPool = field(default_factory=lambda: FakeSubnetPool(zones=SUBNETS))
    clock: FakeClock = field(default_factory=FakeClock)
    leases: FakeLeases = field(init=False)
    owned_clusters: FakeOwnedClusters = field(init=False)
    reconciler: Reconciler = field(init=False)

    def __post_init__(self) -> None:
        self.keys.clock = self.stacks.clock = self.clock
        self.leases = FakeLeases(self.registry)
        self.owned_clusters = FakeOwnedClusters(self.stacks)
        super().__post_init__()
        self.reconciler = reconciler_of(self, self.leases, self.owned_clusters)

    def answer(self, event: ProxyEvent) -> ProxyResponse:
        """The reconciler's path is its own function's."""
        if event.get("path") != RECONCILE_PATH:
            return super().answer(event)
        passes = Passes(make=self.reconciler.reconcile, operators=(OPERATOR,))
        return answered(event, lambda request: reconciler_routes.respond(request, passes))

    def record(self, project: Project = LAB) -> Record:
        """The record of a project that has one."""
        return self.registry.clusters[project.id]

    def stack_comes_up(self, project: Project = LAB) -> str:
        """CloudFormation makes the reservation; the id of the stack."""
        record = self.record(project)
        stack = self.stacks.find(record.stack_name)
        assert stack is not None
        self.reservations.hold(project, record.creation, stack.id)
        self.follower.follow(stack.id)
        return stack.id

    def cluster_is_ready(self, project: Project = LAB) -> str:
        """The whole stack is made."""
        stack_id = self.stack_comes_up(project)
        self.change(stack_id, "CREATE_COMPLETE", outputs=READY)
        return stack_id

    def creation_fails(self, project: Project = LAB, reason: str = "No capacity") -> str:
        """The stack rolls back and is rolled back."""
        stack_id = self.stack_comes_up(project)
        self.change(stack_id, "ROLLBACK_IN_PROGRESS", reason=reason)
        self.reservations.let_go(project, self.record(project).creation, stack_id)
        self.change(stack_id, "ROLLBACK_COMPLETE")
        return stack_id

    def stack_is_deleted(self, stack_id: str, project: Project = LAB) -> None:
        """A deletion that was begun ends."""
        self.reservations.let_go(project, self.record(project).creation, stack_id)
        self.change(stack_id, "DELETE_COMPLETE")

    def change(
        self, stack_id: str, status: str, *, reason: str = "", outputs: dict[str, str] | None = None
    ) -> None:
        """The stack changes, and its event arrives."""
        self.stacks.become(stack_id, status, reason=reason, outputs=outputs)
        self.follower.follow(stack_id)

    def assert_nothing_left(self, *, but_history: bool = False) -> None:
        """No record, lease, key or secret, and no stack that is not on its way out."""
        assert self.registry.clusters == {}
        assert self.registry.leases == {}
        assert self.keys.pairs == set()
        assert self.keys.secrets == {}
        alive = [each for each in self.stacks.stacks.values() if "DELETE" not in each.status]
        assert alive == []
        assert but_history or self.registry.history == {}

    def assert_consistent(self) -> None:
        """Each lease has its cluster, each cluster at most one lease, each key a record."""
        held = {each.subnet_id: each for each in self.registry.clusters.values() if each.subnet_id}
        owners = {subnet: record.project.id for subnet, record in held.items()}
        assert {subnet: lease.holder for subnet, lease in self.registry.leases.items()} == owners
        names = {record.cluster_name for record in self.registry.clusters.values()}
        assert {pair.rsplit("-", 2)[0] for pair in self.keys.pairs} <= names
        assert {secret.split("/")[1] for secret in self.keys.secrets} <= names
