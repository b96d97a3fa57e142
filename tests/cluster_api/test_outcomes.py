"""Failures are counted as they are told: by their code, and exports apart."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from cluster_api.changes import RecordChange
from cluster_api.export_failures import EXPORT_FAILURES
from cluster_api.model import Failure, State
from cluster_api.outcomes import outcomes
from cluster_api.state_changes import state_change
from cluster_api_world import REGION, record_of

GOING = {
    State.CREATE_FAILED: State.CREATE_IN_PROGRESS,
    State.DELETE_FAILED: State.DELETE_IN_PROGRESS,
}


def counted(state: State, *codes: str) -> list[tuple[str, str | None, float]]:
    """What is counted of a cluster that comes to be in the state."""
    before = replace(record_of(), state=GOING.get(state, State.CREATE_IN_PROGRESS))
    failures = tuple(Failure(code=code, reason="Because.") for code in codes)
    after = replace(before, state=state, failures=failures)
    change = RecordChange(position="1", at=datetime.now(UTC), before=before, after=after)
    told = state_change(change, REGION)
    assert told is not None
    return [(each.metric.name, each.of, each.value) for each in outcomes(told.detail)]


def test_a_failed_creation_is_counted_under_the_code_of_its_first_failure() -> None:
    assert counted(State.CREATE_FAILED, "HeadNodeBootstrapFailure", "ClusterCreationFailure") == [
        ("FailedCreations", None, 1),
        ("Failures", "HeadNodeBootstrapFailure", 1),
    ]


def test_a_failed_deletion_is_not_a_failed_creation() -> None:
    assert counted(State.DELETE_FAILED, "ClusterDeletionFailure") == [
        ("FailedDeletions", None, 1),
        ("Failures", "ClusterDeletionFailure", 1),
    ]


@pytest.mark.parametrize("code", sorted(EXPORT_FAILURES))
def test_an_export_that_failed_is_counted_as_one_too(code: str) -> None:
    assert ("FailedExports", None, 1) in counted(State.DELETE_FAILED, code)


def test_a_success_counts_nothing() -> None:
    assert counted(State.CREATE_COMPLETE) == []
