"""The first cause of a failure, in plain words."""

import pytest

from cluster_api.failures import first_failure, of_operation, plain_words
from cluster_api.model import State
from cluster_api_fake_stacks import stack_event

PROVIDER = (
    "Received response status [FAILED] from custom resource. Message returned: "
    "Error: HeadNodeBootstrapFailure: the head node did not come up.\n\n"
    "Logs: /aws/lambda/Provider-framework\n\n    at invokeUserFunction (/var/task/x.js:2:6)\n"
    "    at process (node:internal) (RequestId: 0a1b-2c)"
)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (PROVIDER, "HeadNodeBootstrapFailure: the head node did not come up."),
        ("Plain words.", "Plain words."),
        ("Error: twice\nTraceback (most recent call last):\n  File", "twice"),
        ("x" * 3000, "x" * 2000 + "…"),
    ],
)
def test_traces_and_links_are_cut(reason: str, words: str) -> None:
    assert plain_words(reason) == words


def test_the_first_failure_that_is_no_consequence_counts() -> None:
    events = [
        stack_event("Storage", "CREATE_IN_PROGRESS"),
        stack_event("Log", "CREATE_FAILED", "Resource creation cancelled"),
        stack_event("Cluster", "CREATE_FAILED", "No capacity."),
        stack_event("Other", "CREATE_FAILED", "Later."),
    ]

    failure = first_failure(events, "ClusterCreationFailure")

    assert failure is not None
    assert (failure.code, failure.reason) == ("ClusterCreationFailure", "Cluster: No capacity.")


def test_without_a_reason_there_is_no_failure() -> None:
    assert first_failure([], "Code") is None


@pytest.mark.parametrize(
    ("state", "cause"), [(State.CREATE_FAILED, "1"), (State.DELETE_FAILED, "3")]
)
def test_a_stack_s_events_are_those_of_the_operation_that_failed(state: State, cause: str) -> None:
    events = [
        stack_event("stack", "CREATE_IN_PROGRESS"),
        stack_event("Cluster", "CREATE_FAILED", "1"),
        stack_event("stack", "DELETE_IN_PROGRESS"),
        stack_event("Cluster", "DELETE_FAILED", "2"),
        stack_event("stack", "DELETE_FAILED"),
        stack_event("stack", "DELETE_IN_PROGRESS"),
        stack_event("Cluster", "DELETE_IN_PROGRESS"),
        stack_event("Cluster", "DELETE_FAILED", "3"),
    ]

    failure = first_failure(of_operation(events, "stack", state), "Code")

    assert failure is not None
    assert failure.reason == f"Cluster: {cause}"
