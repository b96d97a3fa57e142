"""Any order of requests, failures, deaths, events and time: rules for Hypothesis."""

import os
from abc import abstractmethod

from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

import cluster_acts as acts
from cluster_agreement import check, check_end
from cluster_beginnings import Beginning
from cluster_scene import PROJECTS, Scene
from cluster_surroundings import Surroundings

# So many random examples are tried instead of the few that are always the same.
EXAMPLES = "HPC_MACHINE_EXAMPLES"

Strike = acts.Strike | None


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

    @initialize(beginnings=acts.beginnings)
    def some_have_clusters(self, beginnings: tuple[Beginning, ...]) -> None:
        """The other rules could do this too, but seldom would."""
        for project, beginning in zip(PROJECTS, beginnings, strict=True):
            beginning.come_about(self.scene, project)

    @rule(act=acts.posts)
    def post(self, act: acts.Act) -> None:
        """A project wants a cluster."""
        acts.do(self.scene, act)

    @rule(act=acts.posts, strike=acts.faults(acts.CALLS_OF_POST))
    def post_that_fails(self, act: acts.Act, strike: acts.Strike) -> None:
        """It dies, or AWS refuses it something."""
        acts.do(self.scene, act, strike)

    @rule(act=acts.posts, strike=acts.races(acts.CALLS_OF_NEW_POST))
    def post_that_meets_others(self, act: acts.Act, strike: acts.Strike) -> None:
        """Something else happens meanwhile."""
        acts.do(self.scene, act, strike)

    @rule(act=acts.deletes, strike=acts.strikes)
    def delete(self, act: acts.Act, strike: Strike) -> None:
        """A project is done."""
        acts.do(self.scene, act, strike)

    @precondition(_waits)
    @rule(act=acts.going_on, strike=acts.strikes)
    def cloudformation_goes_on(self, act: acts.Act, strike: Strike) -> None:
        """A resource is made or deleted, or can't be."""
        acts.do(self.scene, act, strike)

    @precondition(_waits)
    @rule(act=acts.going_on)
    def cloudformation_goes_on_undisturbed(self, act: acts.Act) -> None:
        """The same: it takes many such steps to get anywhere."""
        acts.do(self.scene, act)

    @precondition(_waits)
    @rule(act=acts.going_on_to_the_end)
    def cloudformation_finishes(self, act: acts.Act) -> None:
        """All goes well."""
        acts.do(self.scene, act)

    @precondition(_has_seen_stacks)
    @rule(act=acts.repeats, strike=acts.strikes)
    def the_reservation_is_asked_again(self, act: acts.Act, strike: Strike) -> None:
        """A function is called at least once, and may be late."""
        acts.do(self.scene, act, strike)

    @precondition(_has_seen_stacks)
    @rule(act=acts.deleting_by_hand)
    def an_operator_deletes_a_stack(self, act: acts.Act) -> None:
        """Nobody asked the API."""
        acts.do(self.scene, act)

    @precondition(_has_seen_stacks)
    @rule(act=acts.events, strike=acts.strikes)
    def an_event_comes(self, act: acts.Act, strike: Strike) -> None:
        """In any order, twice, late, or not at all."""
        acts.do(self.scene, act, strike)

    @rule(act=acts.sleeps)
    def time_passes(self, act: acts.Act) -> None:
        """Between two requests."""
        acts.do(self.scene, act)

    @rule(act=acts.reconciling, strike=acts.strikes)
    def the_reconciler_comes(self, act: acts.Act, strike: Strike) -> None:
        """A pass."""
        acts.do(self.scene, act, strike)

    @rule(act=acts.looks)
    def somebody_looks(self, act: acts.Act) -> None:
        """What only asks changes nothing."""
        acts.do(self.scene, act)

    @invariant()
    def all_agrees(self) -> None:
        """What has to hold at every moment."""
        check(self.scene)

    def teardown(self) -> None:
        """What has to hold when all is left alone, and when all is deleted."""
        check_end(self.scene)
