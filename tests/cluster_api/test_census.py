"""A pass counts clusters by what they are, how long they have been so, and what is free."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cluster_api.census import census
from cluster_api.discrepancies import Survey
from cluster_api.lustre import Export
from cluster_api.model import Record, State
from cluster_api.survey import Lease
from cluster_api_fakes import FakeClock
from cluster_api_world import GRACE, SUBNETS, record_of

NOW = FakeClock.time
TIERS = ("debug", "prod")


def cluster(state: State, *, age: timedelta = timedelta(0), tier: str = "debug") -> Record:
    return replace(record_of(), state=state, tier=tier, updated_at=NOW - age)


def exporting(*, begun: timedelta, checked: timedelta, stack_told: bool = False) -> Record:
    """A cluster that exports, by how long ago that began and its last step was."""
    export = Export(
        attempt="00000001", begun_at=NOW - begun, checked_at=NOW - checked, stack_told=stack_told
    )
    return replace(cluster(State.DELETE_IN_PROGRESS, age=begun), export=export)


def counted(*records: Record, held: tuple[str, ...] = ()) -> dict[tuple[str, str | None], float]:
    leases = [Lease(subnet_id=subnet, holder="lab/x", creation="1", since=None) for subnet in held]
    survey = Survey(leases=leases, keys=(), stacks=(), clusters=(), records=records)
    measures = census(survey, tiers=TIERS, subnets=SUBNETS, now=NOW, grace=GRACE)
    return {(measure.metric.name, measure.of): measure.value for measure in measures}


def test_where_there_is_nothing_all_of_it_is_zero() -> None:
    told = counted()

    states = {
        (name, state.value)
        for name in ("ClustersByState", "LongestInStateSeconds")
        for state in State
    }
    assert {key for key, value in told.items() if value == 0} == {
        *states,
        *(("ClustersByTier", tier) for tier in TIERS),
        ("OverdueClusters", None),
    }


def test_clusters_are_counted_by_state_and_by_tier() -> None:
    told = counted(
        cluster(State.CREATE_COMPLETE),
        cluster(State.CREATE_COMPLETE, tier="prod"),
        cluster(State.CREATE_FAILED, tier="prod"),
    )

    assert told["ClustersByState", "CREATE_COMPLETE"] == 2
    assert told["ClustersByState", "CREATE_FAILED"] == 1
    assert told["ClustersByTier", "debug"] == 1
    assert told["ClustersByTier", "prod"] == 2


def test_a_tier_that_is_offered_no_more_counts_as_long_as_somebody_has_it() -> None:
    assert counted(cluster(State.CREATE_COMPLETE, tier="old"))["ClustersByTier", "old"] == 1


def test_the_one_that_is_longest_in_a_state_counts() -> None:
    told = counted(
        cluster(State.CREATE_IN_PROGRESS, age=timedelta(minutes=5)),
        cluster(State.CREATE_IN_PROGRESS, age=timedelta(minutes=50)),
    )

    assert told["LongestInStateSeconds", "CREATE_IN_PROGRESS"] == 3000


def test_how_long_it_is_in_a_state_does_not_begin_anew_with_each_step_of_its_export() -> None:
    told = counted(exporting(begun=timedelta(hours=3), checked=timedelta(minutes=5)))

    assert told["LongestInStateSeconds", "DELETE_IN_PROGRESS"] == 10800


@pytest.mark.parametrize(
    ("state", "age", "is_overdue"),
    [
        (State.CREATE_IN_PROGRESS, GRACE, False),
        (State.CREATE_IN_PROGRESS, GRACE + timedelta(seconds=1), True),
        (State.DELETE_IN_PROGRESS, GRACE + timedelta(seconds=1), True),
        (State.DELETE_FAILED, GRACE + timedelta(seconds=1), False),
        (State.DELETE_FAILED, timedelta(hours=25), True),
        (State.CREATE_COMPLETE, timedelta(days=100), False),
        (State.CREATE_FAILED, timedelta(days=100), False),
    ],
)
def test_who_is_overdue_depends_on_the_state(
    state: State, age: timedelta, is_overdue: bool
) -> None:
    assert counted(cluster(state, age=age))["OverdueClusters", None] == is_overdue


@pytest.mark.parametrize(
    ("export", "is_overdue"),
    [
        (exporting(begun=timedelta(hours=24), checked=timedelta(minutes=5)), False),
        (exporting(begun=timedelta(hours=25), checked=timedelta(minutes=5)), True),
        (exporting(begun=timedelta(hours=3), checked=GRACE + timedelta(seconds=1)), True),
        # Its stack goes at last, which is given its own time.
        (exporting(begun=timedelta(hours=25), checked=GRACE, stack_told=True), False),
    ],
)
def test_an_export_is_overdue_without_a_step_or_after_a_day_of_them(
    export: Record, is_overdue: bool
) -> None:
    assert counted(export)["OverdueClusters", None] == is_overdue


def test_subnets_are_counted_by_zone_and_the_scarcest_zone_counts_for_all() -> None:
    told = counted(held=("subnet-1", "subnet-of-nobody-s-zone"))

    assert told["Subnets", "us-east-1a"] == 2
    assert told["FreeSubnets", "us-east-1a"] == 1
    assert told["FreeSubnets", "us-east-1b"] == 1
    assert told["LeastFreeSubnetsPercent", None] == 50
