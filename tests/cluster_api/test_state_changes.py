"""What is told of a change of a record, and that the published schema says so."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster_api.changes import RecordChange
from cluster_api.model import Failure, HeadNode, Project, Record, State
from cluster_api.state_changes import state_change
from cluster_api_fake_world import FakeWorld
from cluster_api_world import LAB, REGION, request
from cluster_records import MOMENTS, records
from state_change_schema import DETAIL, DOCS, EVENT, MEMBERS, faults

NOON = datetime(2026, 1, 2, 12, 0, 0, tzinfo=UTC)
PAIRS = st.tuples(st.none() | records(LAB), st.none() | records(LAB)).filter(any)


@pytest.fixture
def record(world: FakeWorld) -> Record:
    """A cluster that has just been asked for, with its keys."""
    return world.clusters.create(request())


def change(before: Record | None, after: Record | None, at: datetime = NOON) -> RecordChange:
    return RecordChange(position="1", at=at, before=before, after=after)


def told(before: Record | None, after: Record | None) -> dict[str, Any]:
    found = state_change(change(before, after), REGION)
    assert found is not None
    return dict(found.detail)


@given(PAIRS, MOMENTS)
def test_whatever_is_told_is_as_the_schema_says(
    pair: tuple[Record | None, Record | None], at: datetime
) -> None:
    found = state_change(change(*pair, at), REGION)

    if found is not None:
        detail = json.loads(json.dumps(found.detail))
        assert faults(DETAIL, detail) == []
        assert set(detail) == MEMBERS


@given(records(), records())
def test_no_more_of_a_record_is_told_than_what_get_tells(record: Record, other: Record) -> None:
    """Another stack, subnet, claim or public key makes no other event."""
    hidden = replace(
        record,
        stack_id=other.stack_name,
        subnet_id="subnet-secret",
        sim_public_key=other.sim_public_key,
        claimed_until=other.claimed_until,
        cluster_stack_arn=other.cluster_stack_arn,
    )

    assert told(None, hidden) == told(None, record)


def test_a_new_record_has_no_old_state(record: Record) -> None:
    detail = told(None, record)

    assert (detail["oldState"], detail["newState"]) == (None, "CREATE_IN_PROGRESS")
    assert detail["revision"] == record.revision
    assert detail["time"] == "2026-01-02T12:00:00Z"


def test_a_record_that_goes_is_a_cluster_that_is_deleted(record: Record) -> None:
    failure = Failure(code="ClusterDeletionFailure", reason="It hung once.")
    going = replace(record, state=State.DELETE_IN_PROGRESS, failures=(failure,))

    detail = told(going, None)

    assert (detail["oldState"], detail["newState"]) == ("DELETE_IN_PROGRESS", "DELETE_COMPLETE")
    assert detail["revision"] == record.revision + 1
    assert (detail["reason"], detail["failures"]) == (None, [])


@given(records())
def test_what_leaves_state_and_creation_alone_is_not_told(record: Record) -> None:
    touched = replace(record, revision=record.revision + 1, tier="another", failures=())

    assert state_change(change(record, touched), REGION) is None


@pytest.mark.parametrize("state", [state for state in State if state != State.CREATE_IN_PROGRESS])
def test_another_state_is_told_with_both(record: Record, state: State) -> None:
    detail = told(record, replace(record, state=state, revision=record.revision + 1))

    assert (detail["oldState"], detail["newState"]) == ("CREATE_IN_PROGRESS", str(state))


def test_a_retry_is_told_although_both_states_may_be_the_same(record: Record) -> None:
    detail = told(record, replace(record, creation="0badcafe"))

    assert detail["creation"] == "0badcafe"


def test_the_reason_is_that_of_the_first_failure(record: Record) -> None:
    failures = (Failure(code="A", reason="First."), Failure(code="B", reason="Second."))

    detail = told(record, replace(record, state=State.CREATE_FAILED, failures=failures))

    assert detail["reason"] == "First."
    assert detail["failures"] == [
        {"failureCode": "A", "failureReason": "First."},
        {"failureCode": "B", "failureReason": "Second."},
    ]


def test_a_complete_cluster_is_told_with_its_address_and_the_secrets_names(record: Record) -> None:
    head_node = HeadNode(
        instance_id="i-1",
        instance_type="m5.large",
        launch_time="2026-01-02T03:05:00.000Z",
        private_ip_address="10.0.0.7",
        state="running",
    )
    complete = replace(record, state=State.CREATE_COMPLETE, fsx_id="fs-1", head_node=head_node)

    detail = told(record, complete)

    assert detail["headNode"]["privateIpAddress"] == "10.0.0.7"
    assert detail["clusterFsxId"] == "fs-1"
    assert detail["private_ssh_key_arn"] == record.sim_key_arn
    assert detail["admin_private_ssh_key_arn"] == record.admin_key_arn


def test_projects_of_any_id_have_an_event_that_is_valid() -> None:
    longest = Project(vlab_id="L" * 64, project_id="9._-" * 16)
    record = FakeWorld().clusters.create(request(longest))

    assert faults(DETAIL, told(None, record)) == []


def test_the_page_s_example_is_valid_and_complete() -> None:
    [example] = re.findall(r"```json\n(.*?)```", (DOCS / "events.md").read_text(), re.DOTALL)
    event = json.loads(example)

    assert faults(EVENT, event) == []
    assert set(event["detail"]) == MEMBERS


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("newState", "CREATE_REQUEST_RECEIVED"),
        ("oldState", "DELETE_COMPLETE"),
        ("creation", "not hex"),
        ("revision", 0),
        ("time", "yesterday"),
        ("failures", [{"failureCode": "A"}]),
    ],
)
def test_the_schema_refuses_what_no_event_says(record: Record, member: str, value: object) -> None:
    assert faults(DETAIL, told(None, record) | {member: value}) != []


def test_the_schema_wants_a_reason_for_a_failure(record: Record) -> None:
    detail = told(record, replace(record, state=State.CREATE_FAILED))

    assert detail["reason"]
    assert faults(DETAIL, detail | {"reason": None}) != []
