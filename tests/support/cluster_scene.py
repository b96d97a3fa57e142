"""The API with CloudFormation and time around it, all of which do what they are told.

What a test does here is what callers, AWS and chance can do: nothing reaches behind the ports.
"""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any, TypeVar

from cloudformation_driver import Asked
from cluster_api.model import Project, Record, State
from cluster_api.reconciling import Report
from cluster_api_fakes import FakeSubnetPool
from cluster_api_tape import Death
from cluster_api_world import Answered, World, reconciler_of
from cluster_scratch import ScratchScene
from cluster_surroundings import Surroundings
from interruptions import (
    Call,
    Fault,
    Interruptible,
    Interruptions,
    RivalFailedError,
    Strike,
)

# Lab `a-b` with project `c` is not lab `a` with project `b-c`; and fewer subnets than projects.
PROJECTS = tuple(
    Project(vlab_id=vlab_id, project_id=project_id)
    for vlab_id, project_id in (("a-b", "c"), ("a", "b-c"), ("a", "b"))
)
SUBNETS = {"us-east-1a": ["subnet-1", "subnet-2"]}

Rival = Callable[[], object]
Done = TypeVar("Done")


@dataclass(frozen=True, kw_only=True)
class Interruption:
    """A fault, or what somebody else does, at call number `at` (from 0) of an action."""

    at: int
    what: Fault | Rival

    @property
    def strike(self) -> Strike:
        """What is done with this call."""
        return self.what if isinstance(self.what, Fault) else self._after_rival

    def _after_rival(self, call: Call) -> Any:
        assert not isinstance(self.what, Fault)
        try:
            self.what()
        except AssertionError as failure:
            raise RivalFailedError from failure
        return call()


@dataclass(kw_only=True)
class Scene:
    """Everything that can happen, and what is remembered of it to judge it by."""

    surroundings: Surroundings
    interruptions: Interruptions = field(default_factory=Interruptions)
    # By stack: the cluster that CloudFormation has begun, and has not seen deleted.
    clusters: dict[str, Asked] = field(default_factory=dict)
    # All that CloudFormation ever asked of the reservation.
    reservations: list[Asked] = field(default_factory=list)
    # In the order in which they were first seen.
    stack_ids: list[str] = field(default_factory=list)
    # By project and keys: what POST answered, and the key behind it.
    promised: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    scratch: ScratchScene = field(default_factory=ScratchScene)
    world: World = field(init=False)

    def __post_init__(self) -> None:
        around = self.surroundings
        self.world = World(
            registry=Interruptible(around.registry, self.interruptions),
            keys=Interruptible(around.keys, self.interruptions),
            stacks=Interruptible(around.driver, self.interruptions),
            subnets=FakeSubnetPool(zones=SUBNETS),
            clock=around.clock,
            chance=around.chance,
            workflows=Interruptible(self.scratch.workflows, self.interruptions),
            repositories=Interruptible(self.scratch.repositories, self.interruptions),
        )
        self.scratch.build(around, self.world, self.interruptions)
        self.reconciler = reconciler_of(
            self.world,
            Interruptible(around.leases, self.interruptions),
            around.clusters,
        )

    def call(
        self, method: str, project: Project, interruption: Interruption | None = None, **more: str
    ) -> Answered | None:
        """A request; its answer is judged. None if its process died."""
        ids = {"vlab_id": project.vlab_id, "project_id": project.project_id}
        record = self.record(project)
        if "force" in more and record is not None:
            self.scratch.given_up.add((project.id, record.creation))
        answer = self._interrupted(interruption, lambda: self.world.call(method, **ids, **more))
        self._note()
        if answer is not None:
            self._judge(method, project, answer, interruption)
        return answer

    def list(self, vlab_id: str | None, interruption: Interruption | None = None) -> None:
        """A GET of many, and its answer is judged."""
        more = {} if vlab_id is None else {"vlab_id": vlab_id}
        answer = self._interrupted(interruption, lambda: self.world.call("GET", **more))
        if answer is not None:
            assert answer.status in ({200, 500, 503} if is_fault(interruption) else {200})

    def go_on(self, asked: Asked, *, well: bool, interruption: Interruption | None = None) -> None:
        """The custom resource's function is called, and CloudFormation hears its answer."""
        if asked.resource == "Reservation":
            well = self.reserve(asked, interruption) and well
        elif asked.resource == "Guard":
            well = self.guard(asked, interruption) and well
        elif asked.verb == "Delete" and well:
            self.clusters.pop(asked.stack_id)
        self.surroundings.driver.answer(asked, well=well)
        self._note_use(asked, well=well)
        self._note()

    def guard(self, asked: Asked, interruption: Interruption | None = None) -> bool:
        """The guard's function is called; whether it answers well."""
        return self._asked_well(lambda: self.scratch.ask_guard(asked), interruption)

    def step(self, name: str, interruption: Interruption | None = None) -> None:
        """The state machine calls its function; one that fails or dies is called again later."""
        order = self.scratch.workflows.orders[name]
        try:
            step = self._interrupted(interruption, lambda: self.scratch.steps.step(order))
        except Exception:
            assert is_fault(interruption)
            step = None
        if step is not None and step.done:
            self.scratch.workflows.end(name)
        self._note()

    def finish(self, stack_id: str) -> None:
        """CloudFormation goes on with one stack, and all goes well."""
        while asked := self.waits_for(stack_id):
            self.go_on(asked, well=True)

    def waits_for(self, stack_id: str) -> Asked | None:
        """What CloudFormation waits for in the stack."""
        pending = self.surroundings.driver.pending()
        return next((each for each in pending if each.stack_id == stack_id), None)

    def reserve(self, asked: Asked, interruption: Interruption | None = None) -> bool:
        """The reservation's function is called; whether it answers well."""
        reservations = self.world.reservations
        act = reservations.hold if asked.verb == "Create" else reservations.let_go
        return self._asked_well(
            lambda: act(asked.project, asked.creation, asked.stack_id), interruption
        )

    def event(self, stack_id: str, interruption: Interruption | None = None) -> None:
        """The listener hears that the stack has changed; it may fail only where it is made to."""
        try:
            self._interrupted(interruption, lambda: self.world.follower.follow(stack_id))
        except Exception:
            assert is_fault(interruption)
        self._note()

    def reconcile(
        self, *, dry_run: bool = False, interruption: Interruption | None = None
    ) -> Report | None:
        """A pass of the reconciler; it may fail only where it is made to."""
        try:
            report = self._interrupted(
                interruption, lambda: self.reconciler.reconcile(dry_run=dry_run)
            )
        except Exception:
            assert is_fault(interruption)
            report = None
        self._note()
        return report

    def sleep(self, seconds: float) -> None:
        """Time passes."""
        self.surroundings.clock.sleep(seconds)

    def record(self, project: Project) -> Record | None:
        """The project's record, behind the API's back."""
        return self.surroundings.registry.find(project)

    def _asked_well(self, act: Callable[[], object], interruption: Interruption | None) -> bool:
        """Call a custom resource's function; whether it answers, and well."""
        try:
            done = self._interrupted(interruption, lambda: (act(),))
        except AssertionError:
            raise
        except Exception:
            done = None
        self._note()
        return done is not None

    def _note_use(self, asked: Asked, *, well: bool) -> None:
        """Who may have written, and which file system goes."""
        stack = self.surroundings.driver.find(asked.stack_id)
        if stack is not None and stack.status == "CREATE_COMPLETE":
            self.scratch.used.add(asked.stack_id)
        if asked.resource == "Guard" and asked.verb == "Delete" and well:
            self.scratch.lose(asked)

    def _interrupted(
        self, interruption: Interruption | None, act: Callable[[], Done]
    ) -> Done | None:
        """What is done; None if its process died."""
        due = (
            nullcontext()
            if interruption is None
            else self.interruptions.due(interruption.at, interruption.strike)
        )
        try:
            with due:
                return act()
        except Death:
            return None
        except RivalFailedError as failed:
            assert failed.__cause__ is not None
            raise failed.__cause__ from None

    def _note(self) -> None:
        for asked in self.surroundings.driver.pending():
            if asked.stack_id not in self.stack_ids:
                self.stack_ids.append(asked.stack_id)
            if asked.resource == "Cluster" and asked.verb == "Create":
                self.clusters.setdefault(asked.stack_id, asked)
            if asked.resource == "Reservation" and asked not in self.reservations:
                self.reservations.append(asked)

    def _judge(
        self, method: str, project: Project, answer: Answered, interruption: Interruption | None
    ) -> None:
        allowed = {"GET": {200, 404}, "POST": {200, 409, 503}, "DELETE": {200, 404, 503}}[method]
        if is_fault(interruption):
            allowed |= {503}
            if interruption is not None and interruption.what is Fault.BROKEN:
                allowed |= {500}
        assert answer.status in allowed, (method, project.id, answer)
        assert (answer.status == 200) == ("message" not in answer.body)
        if method == "GET" and answer.status == 200:
            assert status_of(answer) in set(State)
        if method == "POST" and answer.status == 200:
            self._promise(project, answer)
            if interruption is None:
                seen = self.call("GET", project)
                assert seen is not None
                assert status_of(seen) in {State.CREATE_IN_PROGRESS, State.CREATE_COMPLETE}

    def _promise(self, project: Project, answer: Answered) -> None:
        """The same POST has the same answer, as long as the record has these keys."""
        cluster = answer.body["cluster"]
        assert isinstance(cluster, dict)
        arn = str(cluster["private_ssh_key_arn"])
        record = self.record(project)
        if record is None or record.sim_key_arn != arn:
            # A rival has deleted the cluster before this answer could be given.
            return
        now = (arn, self.surroundings.secret(arn))
        assert self.promised.setdefault((project.id, record.keys), now) == now


def status_of(answer: Answered) -> object:
    """The cluster's status in an answer about one."""
    cluster = answer.body.get("cluster", answer.body)
    assert isinstance(cluster, dict)
    return cluster["clusterStatus"]


def is_fault(interruption: Interruption | None) -> bool:
    """Whether something went wrong, and not only something else happened meanwhile."""
    return interruption is not None and isinstance(interruption.what, Fault)
