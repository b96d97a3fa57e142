"""Runs of jobs, clipped at the borders of months, against counting second by second."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting_database.core_hours import CoreSeconds, Run, Span, cores_of
from accounting_database.months import Month, months
from accounting_database.register import Lifetime

# Around two borders of months, one of them a year's; steps of hours keep the oracle quick.
HOUR = 3600
BEGIN = int(datetime(2025, 11, 29, tzinfo=UTC).timestamp())
HOURS = 24 * 35
MONTHS = [Month(2025, 11), Month(2025, 12), Month(2026, 1)]
NOW = BEGIN + HOURS * HOUR

moments = st.integers(0, HOURS).map(lambda hour: BEGIN + hour * HOUR)
ends = moments | st.just(0)


@st.composite
def runs(draw: st.DrawFn) -> Run:
    start = draw(moments)
    borders = sorted(draw(st.lists(moments, max_size=4, unique=True)))
    pauses = [
        Span(start=paused, end=resumed)
        for paused, resumed in zip(borders[::2], [*borders[1::2], 0], strict=False)
    ]
    return Run(cores=draw(st.integers(0, 96)), start=start, end=draw(ends), pauses=pauses)


@st.composite
def lifetimes(draw: st.DrawFn) -> list[Lifetime]:
    """One after the other, the last perhaps still there."""
    borders = sorted(draw(st.lists(moments, max_size=5, unique=True)))
    return [
        Lifetime(created_at=created, released_at=released)
        for created, released in zip(borders[::2], [*borders[1::2], None], strict=False)
    ]


def counted_by_the_hour(
    month: Month, all_runs: list[Run], lived: list[Lifetime]
) -> tuple[int, int]:
    core_seconds = touched = 0
    for run in all_runs:
        born = [each for each in lived if each.created_at <= run.start] or lived[:1]
        release = born[-1].released_at if born else None
        hours = paused = 0
        for moment in range(BEGIN, NOW, HOUR):
            ran = (
                run.start <= moment
                and (run.end == 0 or moment < run.end)
                and (release is None or moment < release)
            )
            if ran and Month.of(moment) == month:
                hours += 1
                paused += any(
                    pause.start <= moment and (pause.end == 0 or moment < pause.end)
                    for pause in run.pauses
                )
        core_seconds += run.cores * (hours - paused) * HOUR
        touched += hours > 0
    return core_seconds, touched


@given(st.lists(runs(), max_size=3), lifetimes())
def test_months_have_what_ran_in_them(all_runs: list[Run], lived: list[Lifetime]) -> None:
    counted = CoreSeconds(months=MONTHS, lifetimes=lived, now=NOW)

    for run in all_runs:
        counted.add(run)

    for month in MONTHS:
        taken = counted.taken[month]
        assert (taken.core_seconds, taken.runs) == counted_by_the_hour(month, all_runs, lived)


def test_a_run_before_or_after_the_months_counts_nothing() -> None:
    counted = CoreSeconds(months=[Month(2026, 1)], lifetimes=[], now=Month(2026, 6).start)
    january = Month(2026, 1)

    counted.add(Run(cores=4, start=january.start - 10, end=january.start))
    counted.add(Run(cores=4, start=january.end, end=january.end + 10))

    assert counted.taken[january].core_seconds == 0
    assert counted.taken[january].runs == 0


@pytest.mark.parametrize(
    ("tres", "cores"),
    [("1=4,2=8192,4=1,5=4", 4), ("2=8192,1=16", 16), ("11=4,2=1", 0), ("", 0), ("1=x", 0)],
)
def test_cores_are_tres_1(tres: str, cores: int) -> None:
    assert cores_of(tres) == cores


@given(st.integers(0, 4_000_000_000))
def test_every_second_is_in_its_month(second: int) -> None:
    month = Month.of(second)

    assert month.start <= second < month.end
    assert Month.of(month.end) == month.next
    assert datetime.fromtimestamp(second, UTC).strftime("%Y-%m") == str(month)


def test_months_go_on_over_the_year() -> None:
    assert [str(month) for month in months(Month(2025, 11), Month(2026, 2))] == [
        "2025-11",
        "2025-12",
        "2026-01",
        "2026-02",
    ]
