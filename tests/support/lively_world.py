"""A world in memory whose stacks go on by themselves, so that requests meet every state."""

from dataclasses import dataclass, field
from random import Random

from cluster_api.model import Project, Record, State
from cluster_api_fake_world import FakeWorld
from cluster_api_fakes import FakeSubnetPool
from cluster_api_world import request

# Few, so that requests meet each other's clusters.
PROJECTS = tuple(
    Project(vlab_id="lab", project_id=id_) for id_ in ("project", "my-project", "2025-10-29-14h05")
)
_SUBNETS = {"us-east-1a": [f"subnet-{project.project_id}" for project in PROJECTS]}


@dataclass(kw_only=True)
class LivelyWorld(FakeWorld):
    """A world that moves on when it is told to, by a chance that is always the same."""

    subnets: FakeSubnetPool = field(default_factory=lambda: FakeSubnetPool(zones=_SUBNETS))
    chance: Random = field(default_factory=lambda: Random(1))  # noqa: S311 - no secret

    def advance(self) -> None:
        """Others make clusters; some become ready, fail, or are gone."""
        for project in PROJECTS:
            if self.registry.find(project) is None and self.chance.random() < 1 / 2:
                self.clusters.create(request(project))
        for record in list(self.registry.clusters.values()):
            if self.chance.random() < 1 / 2:
                self._move(record.project, record)

    def _move(self, project: Project, record: Record) -> None:
        match record.state:
            case State.CREATE_IN_PROGRESS if record.stack_id is None:
                self.stack_comes_up(project)
            case State.CREATE_IN_PROGRESS if self.chance.random() < 1 / 3:
                self.creation_fails(project)
            case State.CREATE_IN_PROGRESS:
                self.cluster_is_ready(project)
            case State.DELETE_IN_PROGRESS if record.stack_id is not None:
                self.stack_is_deleted(record.stack_id, project)
