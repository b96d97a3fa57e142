"""What is left when a request dies between two calls of AWS, or when one of them is refused.

After each, the same request again mends it, and so does the reconciler's next pass. The table of
what was tried is printed at the end of the run.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from cluster_api_aws import Aws, real_reconciler
from cluster_api_points import (
    IDS,
    SCENARIOS,
    Point,
    Scenario,
    denied,
    points,
    throttled,
    timed_out,
)
from cluster_api_tape import NEW, Death, Tape, agrees, nothing_left, recording, settled
from cluster_api_world import GRACE, World
from points_tried import PointsTried

Recovery = Callable[[World, Aws, Scenario], None]


def repeated(aws: World, emulated: Aws, scenario: Scenario) -> None:
    """The caller makes the same request again."""
    aws.clock.sleep(timedelta(minutes=1).total_seconds())
    if scenario.method == "POST":
        assert aws.call("POST", **IDS).status == 200
        assert agrees(aws, emulated)
    else:
        _delete(aws, emulated)


def reconciled(aws: World, emulated: Aws, _: Scenario) -> None:
    """Nobody does anything; the reconciler's next passes come."""
    reconciler = real_reconciler(emulated, aws)
    for _pass in range(2):
        aws.clock.sleep(GRACE.total_seconds() + 60)
        reconciler.reconcile(dry_run=False)

    assert settled(aws, emulated)
    assert reconciler.reconcile(dry_run=True).outcomes == ()
    _delete(aws, emulated)


def _delete(aws: World, emulated: Aws) -> None:
    answers = [aws.call("DELETE", **IDS).status for _ in range(4)]
    assert answers[-1] == 404
    assert nothing_left(emulated)


EVERY_POINT = pytest.mark.parametrize("point", list(points()), ids=str)
DEATHS = pytest.mark.parametrize("when", ["before", "after"])
RECOVERIES = pytest.mark.parametrize("recover", [repeated, reconciled])
FAULTS = pytest.mark.parametrize("fault", [denied, throttled, timed_out])


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_the_calls_that_are_interrupted_are_those_of_a_real_run(
    aws: World, emulated: Aws, scenario: Scenario
) -> None:
    scenario.prepare(aws)
    tape = scenario.tape()

    scenario.run(aws, emulated, tape)

    assert tuple(tape.calls) == scenario.calls


@EVERY_POINT
@DEATHS
@RECOVERIES
def test_what_died_is_made_good(
    aws: World, emulated: Aws, points_tried: PointsTried, point: Point, when: str, recover: Recovery
) -> None:
    point.scenario.prepare(aws)
    tape = replace(point.scenario.tape(), die=(when, point.number))

    with pytest.raises(Death):
        point.scenario.run(aws, emulated, tape)

    assert tape.calls[point.number] == point.call
    recover(aws, emulated, point.scenario)
    points_tried.add(point, f"died {when}", recover.__name__)


@EVERY_POINT
@FAULTS
@RECOVERIES
def test_what_was_refused_is_made_good(
    aws: World,
    emulated: Aws,
    points_tried: PointsTried,
    point: Point,
    fault: Callable[[str], Exception],
    recover: Recovery,
) -> None:
    point.scenario.prepare(aws)
    tape = point.scenario.tape()
    tape.refusals[point.number] = fault(point.call)

    answer = point.scenario.run(aws, emulated, tape)

    assert tape.calls[point.number] == point.call
    assert answer.status == (500 if fault is denied or point.scenario.refused_before else 503)
    assert ("Retry-After" in answer.headers) == (answer.status == 503)
    recover(aws, emulated, point.scenario)
    points_tried.add(point, fault.__name__, recover.__name__)


@pytest.mark.parametrize(("number", "call"), list(enumerate(NEW)))
@FAULTS
def test_a_post_whose_call_is_refused_leaves_nothing(
    aws: World, emulated: Aws, number: int, call: str, fault: Callable[[str], Exception]
) -> None:
    with recording(emulated, Tape(refusals={number: fault(call)})):
        aws.call("POST", **IDS)

    assert nothing_left(emulated)
