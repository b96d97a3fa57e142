"""What can happen, as data: so that anything can also happen in the middle of something else."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TypeVar

from hypothesis import strategies as st

from cluster_agreement import everything
from cluster_api.errors import StackBusy
from cluster_api.model import Project
from cluster_beginnings import Beginning
from cluster_scene import PROJECTS, Interruption, Scene
from interruptions import Fault

Picked = TypeVar("Picked")

# A POST makes five calls of ports, and about ten when it is undone.
CALLS_OF_NEW_POST = 5
CALLS_OF_POST = 10
_FEW_CALLS = 5
# Longer than a claim lives, than CloudFormation takes, than the reconciler's grace.
_SECONDS = (1, 5, 30, 600, 6000)
# A function that is stopped after 15 s meets no more than this.
_SECONDS_WITHIN = (1, 4)


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

    def do(self, scene: Scene, interruption: Interruption | None = None) -> None:
        """Send it."""
        assert self.project is not None
        scene.call("DELETE", self.project, interruption)


@dataclass(frozen=True)
class GoOn:
    """CloudFormation goes on with one of the things that it waits for."""

    number: int
    well: bool

    def do(self, scene: Scene, interruption: Interruption | None = None) -> None:
        """Let it."""
        asked = _pick(self.number, scene.surroundings.driver.pending())
        if asked is not None:
            scene.go_on(asked, well=self.well, interruption=interruption)


@dataclass(frozen=True)
class Repeat:
    """The reservation's function is called once more, late, with what it was asked before."""

    number: int

    def do(self, scene: Scene, interruption: Interruption | None = None) -> None:
        """Call it; nobody hears its answer."""
        asked = _pick(self.number, scene.reservations)
        if asked is not None:
            scene.reserve(asked, interruption)


@dataclass(frozen=True)
class Event:
    """The listener hears of one of the stacks that there ever were."""

    number: int

    def do(self, scene: Scene, interruption: Interruption | None = None) -> None:
        """Deliver it."""
        stack_id = _pick(self.number, scene.stack_ids)
        if stack_id is not None:
            scene.event(stack_id, interruption)


@dataclass(frozen=True)
class DeleteByHand:
    """An operator deletes one of the stacks that there ever were."""

    number: int

    def do(self, scene: Scene, _: Interruption | None = None) -> None:
        """Ask CloudFormation for it."""
        stack_id = _pick(self.number, scene.stack_ids)
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
        asked = _pick(self.number, scene.surroundings.driver.pending())
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
    | Repeat
    | Event
    | Sleep
    | Reconcile
    | DryRun
)
Strike = tuple[int, Fault | Act]

_projects = st.sampled_from(PROJECTS)
_numbers = st.integers(0, 7)
beginnings = st.tuples(*(st.sampled_from((Beginning.NOTHING, *Beginning)) for _ in PROJECTS))
# Mostly the same, so that a repeated POST is one.
posts = st.builds(
    Post,
    _projects,
    st.sampled_from(("debug", "debug", "debug", "prod")),
    st.sampled_from((True, True, True, False)),
)
gets = st.builds(Get, _projects)
lists = st.builds(List, st.sampled_from((None, "a", "a-b")))
deletes = st.builds(Delete, _projects)
going_on = st.builds(GoOn, st.integers(0, 3), st.sampled_from((True, True, True, False)))
going_on_to_the_end = st.builds(GoOnToTheEnd, st.integers(0, 3))
deleting_by_hand = st.builds(DeleteByHand, _numbers)
repeats = st.builds(Repeat, _numbers)
events = st.builds(Event, _numbers)
reconciling = st.builds(Reconcile, st.sampled_from((0, 6000, 6000)))
sleeps = st.builds(Sleep, st.sampled_from(_SECONDS))

# Who meets a request is mostly another one for the same project.
_rivals = st.one_of(
    st.just(Delete(None)),
    st.just(Delete(None)),
    st.just(Post(None, "debug", include_lustre=True)),
    st.just(Post(None, "debug", include_lustre=True)),
    posts,
    deletes,
    going_on,
    going_on,
    repeats,
    events,
    st.builds(Sleep, st.sampled_from(_SECONDS_WITHIN)),
    st.just(Reconcile(0)),
)


def faults(last_call: int) -> st.SearchStrategy[Strike]:
    """Something goes wrong at one of the calls up to this one."""
    return st.tuples(st.integers(0, last_call), st.sampled_from(Fault))


def races(last_call: int) -> st.SearchStrategy[Strike]:
    """Somebody else does something right before one of the calls up to this one."""
    return st.tuples(st.integers(0, last_call), _rivals)


# Most of what happens makes few calls.
strikes = st.none() | faults(_FEW_CALLS) | races(_FEW_CALLS)
looks = gets | lists | st.just(DryRun())


def do(scene: Scene, act: Act, strike: Strike | None = None) -> None:
    """Do it, with what is to happen at one of its calls."""
    if strike is None:
        act.do(scene)
        return
    at, what = strike
    if isinstance(what, Fault):
        act.do(scene, Interruption(at=at, what=what))
        return
    rival = what
    if isinstance(rival, Post | Delete) and rival.project is None:
        rival = replace(rival, project=_project_of(act, scene))
    act.do(scene, Interruption(at=at, what=lambda: rival.do(scene)))


def _project_of(act: Act, scene: Scene) -> Project:
    if isinstance(act, Post | Get | Delete) and act.project is not None:
        return act.project
    pending = scene.surroundings.driver.pending()
    asked = _pick(act.number, pending) if isinstance(act, GoOn) else _pick(0, pending)
    return asked.project if asked else PROJECTS[0]


def _pick(number: int, among: Sequence[Picked]) -> Picked | None:
    return among[number % len(among)] if among else None
