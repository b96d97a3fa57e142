"""Any order of requests, failures, deaths, events and time: rules for Hypothesis."""

import os
from abc import abstractmethod

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

import cluster_chances as chances
from cluster_acts import Act
from cluster_agreement import check, check_end
from cluster_beginnings import Beginning
from cluster_scene import PROJECTS, Scene
from cluster_strikes import Strike, do
from cluster_surroundings import Surroundings

# So many random examples are tried instead of the few that are always the same.
EXAMPLES = "HPC_MACHINE_EXAMPLES"


def machine_settings(*, examples: int, steps: int) -> settings:
    """The same examples at each run, unless the environment asks for so many others."""
    asked = os.environ.get(EXAMPLES)
    return settings(
        max_examples=int(asked) if asked else examples,
        stateful_step_count=steps,
        derandomize=asked is None,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )


def _waits(machine: "ClusterMachine") -> bool:
    return bool(machine.scene.surroundings.driver.pending())


def _exports(machine: "ClusterMachine") -> bool:
    return bool(machine.scene.scratch.workflows.running or machine.scene.scratch.active())


def _has_seen_stacks(machine: "ClusterMachine") -> bool:
    return bool(machine.scene.stack_ids)


class ClusterMachine(RuleBasedStateMachine):
    """What happens to three projects and two subnets; a subclass says where."""

    def __init__(self) -> None:
        super().__init__()
        self.scene = Scene(surroundings=self.surroundings())

    @abstractmethod
    def surroundings(self) -> Surroundings:
        """Where nothing has happened yet."""

    @initialize(beginnings=chances.beginnings)
    def some_have_clusters(self, beginnings: tuple[Beginning, ...]) -> None:
        """The other rules could do this too, but seldom would."""
        for project, beginning in zip(PROJECTS, beginnings, strict=True):
            beginning.come_about(self.scene, project)

    @rule(act=chances.posts)
    def post(self, act: Act) -> None:
        """A project wants a cluster."""
        do(self.scene, act)

    @rule(act=chances.posts, strike=chances.faults(chances.CALLS_OF_POST))
    def post_that_fails(self, act: Act, strike: Strike) -> None:
        """It dies, or AWS refuses it something."""
        do(self.scene, act, strike)

    @rule(act=chances.posts, strike=chances.races(chances.CALLS_OF_NEW_POST))
    def post_that_meets_others(self, act: Act, strike: Strike) -> None:
        """Something else happens meanwhile."""
        do(self.scene, act, strike)

    @rule(act=chances.deletes, strike=chances.strikes)
    def delete(self, act: Act, strike: Strike | None) -> None:
        """A project is done."""
        do(self.scene, act, strike)

    @precondition(_waits)
    @rule(act=chances.going_on, strike=chances.strikes)
    def cloudformation_goes_on(self, act: Act, strike: Strike | None) -> None:
        """A resource is made or deleted, or can't be."""
        do(self.scene, act, strike)

    @precondition(_waits)
    @rule(act=chances.going_on)
    def cloudformation_goes_on_undisturbed(self, act: Act) -> None:
        """The same: it takes many such steps to get anywhere."""
        do(self.scene, act)

    @precondition(_waits)
    @rule(act=chances.going_on_to_the_end)
    def cloudformation_finishes(self, act: Act) -> None:
        """All goes well."""
        do(self.scene, act)

    @precondition(_exports)
    @rule(
        act=chances.steps | chances.task_ends,
        strike=st.none() | chances.faults(chances.CALLS_OF_STEP),
    )
    def an_export_goes_on(self, act: Act, strike: Strike | None) -> None:
        """A step of its workflow, or FSx comes to an end, well or badly."""
        do(self.scene, act, strike)

    @precondition(_exports)
    @rule(act=chances.workflow_ends)
    def a_workflow_dies(self, act: Act) -> None:
        """Nobody is told."""
        do(self.scene, act)

    @precondition(_has_seen_stacks)
    @rule(act=chances.repeats, strike=chances.strikes)
    def the_reservation_is_asked_again(self, act: Act, strike: Strike | None) -> None:
        """A function is called at least once, and may be late."""
        do(self.scene, act, strike)

    @precondition(_has_seen_stacks)
    @rule(act=chances.deleting_by_hand)
    def an_operator_deletes_a_stack(self, act: Act) -> None:
        """Nobody asked the API."""
        do(self.scene, act)

    @precondition(_has_seen_stacks)
    @rule(act=chances.events, strike=chances.strikes)
    def an_event_comes(self, act: Act, strike: Strike | None) -> None:
        """In any order, twice, late, or not at all."""
        do(self.scene, act, strike)

    @rule(act=chances.sleeps)
    def time_passes(self, act: Act) -> None:
        """Between two requests."""
        do(self.scene, act)

    @rule(act=chances.reconciling, strike=chances.strikes)
    def the_reconciler_comes(self, act: Act, strike: Strike | None) -> None:
        """A pass."""
        do(self.scene, act, strike)

    @rule(act=chances.looks)
    def somebody_looks(self, act: Act) -> None:
        """What only asks changes nothing."""
        do(self.scene, act)

    @invariant()
    def all_agrees(self) -> None:
        """What has to hold at every moment."""
        check(self.scene)

    def teardown(self) -> None:
        """What has to hold when all is left alone, and when all is deleted."""
        check_end(self.scene)
