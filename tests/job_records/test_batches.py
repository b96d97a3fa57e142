"""Batches keep the limits of PutLogEvents."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hpc_constructs.node_scripts.job_records.batches import next_batch, timestamp
from hpc_constructs.node_scripts.job_records.outbox import Line, Position

NOW = 1_790_000_000.0
DAY = 86_400


def lines(*ends: float, size: int = 0) -> list[Line]:
    return [
        Line(json.dumps({"end_time": int(end), "x": "x" * size}).encode(), Position(1, n + 1))
        for n, end in enumerate(ends)
    ]


@settings(deadline=None)
@given(
    st.lists(st.floats(NOW - 20 * DAY, NOW + DAY), min_size=1, max_size=60),
    st.sampled_from([0, 1000, 240_000]),
)
def test_all_lines_come_in_batches_that_one_call_takes(ends: list[float], size: int) -> None:
    every = lines(*ends, size=size)
    left, sent = list(every), []

    while (batch := next_batch(left, now=NOW)) is not None:
        times = [event.timestamp for event in batch.events]
        assert times == sorted(times)
        assert times[-1] - times[0] < DAY * 1000
        assert sum(len(event.message) + 26 for event in batch.events) <= 1_048_576
        sent += [event.message.encode() for event in batch.events]
        left = left[len(batch.events) :]

    assert sorted(sent) == sorted(line.content for line in every)


def test_a_batch_has_ten_thousand_events_at_most() -> None:
    batch = next_batch(lines(*[NOW] * 10_001), now=NOW)

    assert batch is not None
    assert len(batch.events) == 10_000
    assert batch.behind == Position(1, 10_000)


def test_no_line_is_no_batch() -> None:
    assert next_batch([], now=NOW) is None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ({"end_time": NOW - 60}, NOW - 60),
        ({"_aws": {"Timestamp": int((NOW - 30) * 1000)}}, NOW - 30),
        ({"end_time": NOW - 13.5 * DAY}, NOW),
        ({"end_time": NOW + 60}, NOW),
        ({"end_time": None}, NOW),
        ([], NOW),
    ],
)
def test_an_event_has_the_time_of_what_it_tells_unless_cloudwatch_would_refuse_it(
    line: object, expected: float
) -> None:
    assert timestamp(json.dumps(line).encode(), NOW) == int(expected * 1000)
