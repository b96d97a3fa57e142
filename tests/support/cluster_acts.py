"""What can happen, as data: so that anything can also happen in the middle of something else."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from cluster_agreement import everything
from cluster_api.errors import StackBusy
from cluster_api.model import Project
from cluster_api_world import OPERATOR
from cluster_scene import Interruption, Scene

Picked = TypeVar("Picked")


@dataclass(frozen=True)
class Post:
    """A POST; in the middle of something else, None is the project of that."""

    project: Project | None
    tier: str
    include_lustre: bool

    def do(self, scene: Scene, interruption: Interruption | None = None) -> None:
        """Send it."""
        assert self.project is not None
        lustre = str(self.include_lustre).lower()
        scene.call("POST", self.project, interruption, tier=self.tier, include_lustre=lustre)


@dataclass(frozen=True)
class Get:
    """A GET of one."""

    project: Project

    def do(self, scene: Scene, interruption: Interruption | None = None) -> None:
        """Send it."""
        scene.call("GET", self.project, interruption)


@dataclass(frozen=True)
class List:
    """A GET of all, or of a lab's."""

    vlab_id: str | None

    def do(self, scene: Scene, interruption: Interruption | None = None) -> None:
        """Send it."""
        scene.list(self.vlab_id, interruption)


@dataclass(frozen=True)
class Delete:
    """A DELETE; in the middle of something else, None is the project of that."""

    project: Project | None
    force: bool = False

    def do(self, scene: Scene, interruption: Interruption | None = None) -> None:
        """Send it."""
        assert self.project is not None
        more = {"force": "true", "caller": OPERATOR} if self.force else {}
        scene.call("DELETE", self.project, interruption, **more)


@dataclass(frozen=True)
class GoOn:
    """CloudFormation goes on with one of the things that it waits for."""

    number: int
    well: bool

    def do(self, scene: Scene, interruption: Interruption | None = None) -> None:
        """Let it."""
        asked = pick(self.number, scene.surroundings.driver.pending())
        if asked is not None:
            scene.go_on(asked, well=self.well, interruption=interruption)


@dataclass(frozen=True)
class WorkflowGoesOn:
    """A deletion's workflow takes a step."""

    number: int

    def do(self, scene: Scene, interruption: Interruption | None = None) -> None:
        """Take it."""
        name = pick(self.number, scene.scratch.workflows.running)
        if name is not None:
            scene.step(name, interruption)


@dataclass(frozen=True)
class WorkflowDies:
    """An execution is stopped, and nobody is told."""

    number: int

    def do(self, scene: Scene, _: Interruption | None = None) -> None:
        """Stop it."""
        name = pick(self.number, scene.scratch.workflows.running)
        if name is not None:
            scene.scratch.workflows.end(name)


@dataclass(frozen=True)
class TaskEnds:
    """FSx comes to the end of an export."""

    number: int
    well: bool

    def do(self, scene: Scene, _: Interruption | None = None) -> None:
        """Let it."""
        task_id = pick(self.number, scene.scratch.active())
        if task_id is not None:
            scene.scratch.end_task(task_id, well=self.well)


@dataclass(frozen=True)
class Repeat:
    """The reservation's function is called once more, late, with what it was asked before."""

    number: int

    def do(self, scene: Scene, interruption: Interruption | None = None) -> None:
        """Call it; nobody hears its answer."""
        asked = pick(self.number, scene.reservations)
        if asked is not None:
            scene.reserve(asked, interruption)


@dataclass(frozen=True)
class Event:
    """The listener hears of one of the stacks that there ever were."""

    number: int

    def do(self, scene: Scene, interruption: Interruption | None = None) -> None:
        """Deliver it."""
        stack_id = pick(self.number, scene.stack_ids)
        if stack_id is not None:
            scene.event(stack_id, interruption)


@dataclass(frozen=True)
class DeleteByHand:
    """An operator deletes one of the stacks that there ever were."""

    number: int

    def do(self, scene: Scene, _: Interruption | None = None) -> None:
        """Ask CloudFormation for it."""
        stack_id = pick(self.number, scene.stack_ids)
        if stack_id is not None:
            with suppress(StackBusy):
                scene.surroundings.driver.delete(stack_id)


@dataclass(frozen=True)
class Sleep:
    """Time passes."""

    seconds: int

    def do(self, scene: Scene, _: Interruption | None = None) -> None:
        """Let it."""
        scene.sleep(self.seconds)


@dataclass(frozen=True)
class Reconcile:
    """A pass of the reconciler, so many seconds after what was before."""

    seconds: int

    def do(self, scene: Scene, interruption: Interruption | None = None) -> None:
        """Make it."""
        scene.sleep(self.seconds)
        scene.reconcile(interruption=interruption)


@dataclass(frozen=True)
class DryRun:
    """A dry run, which changes nothing."""

    def do(self, scene: Scene, _: Interruption | None = None) -> None:
        """Make it."""
        before = everything(scene)
        scene.reconcile(dry_run=True)
        assert everything(scene) == before, "a dry run changes nothing"


@dataclass(frozen=True)
class GoOnToTheEnd:
    """CloudFormation finishes one stack's operation, well, and its last event arrives."""

    number: int

    def do(self, scene: Scene, _: Interruption | None = None) -> None:
        """Let it."""
        asked = pick(self.number, scene.surroundings.driver.pending())
        if asked is None:
            return
        scene.finish(asked.stack_id)
        scene.event(asked.stack_id)


Act = (
    Post
    | Get
    | List
    | Delete
    | DeleteByHand
    | GoOn
    | GoOnToTheEnd
    | WorkflowGoesOn
    | WorkflowDies
    | TaskEnds
    | Repeat
    | Event
    | Sleep
    | Reconcile
    | DryRun
)


def pick(number: int, among: Sequence[Picked]) -> Picked | None:
    """One of them, if there is one: the number counts around."""
    return among[number % len(among)] if among else None
