"""Changes are told in order, and never past a failure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import chain

import pytest

from cluster_api.changes import RecordChange, StateChange
from cluster_api.errors import AwsUnavailable
from cluster_api.model import Failure, Project, Record, State
from cluster_api.telling import Teller
from cluster_api_fake_world import FakeWorld
from cluster_api_fakes import FakeMeter
from cluster_api_world import REGION, request

NOON = datetime(2026, 1, 2, 12, 0, 0, tzinfo=UTC)


@dataclass
class FakeBus:
    """A bus that refuses what it is told to refuse."""

    refuses: Callable[[StateChange], bool] = lambda _: False
    is_down: bool = False
    calls: list[list[str]] = field(default_factory=list)

    def put(self, changes: Sequence[StateChange]) -> Sequence[str | None]:
        if self.is_down:
            raise AwsUnavailable("EventBridge", "ThrottlingException")
        reasons = ["InternalFailure: again" if self.refuses(each) else None for each in changes]
        taken = zip(changes, reasons, strict=True)
        self.calls.append([each.position for each, reason in taken if reason is None])
        return reasons


@pytest.fixture(scope="module")
def record() -> Record:
    return FakeWorld().clusters.create(request())


def new(record: Record, number: int, project: str | None = None) -> RecordChange:
    """A new cluster, of a project of its own."""
    of = Project(vlab_id="lab", project_id=project or f"project-{number}")
    after = replace(record, project=of)
    return RecordChange(position=str(number), at=NOON, before=None, after=after)


def tell(bus: FakeBus, *changes: RecordChange) -> str | None:
    return Teller(bus=bus, meter=FakeMeter(), region=REGION).tell(changes)


def test_a_call_has_ten_at_most(record: Record) -> None:
    bus = FakeBus()

    failed = tell(bus, *(new(record, number) for number in range(23)))

    assert failed is None
    assert [len(call) for call in bus.calls] == [10, 10, 3]
    assert list(chain(*bus.calls)) == [str(number) for number in range(23)]


def test_a_call_has_one_change_of_a_cluster(record: Record) -> None:
    bus = FakeBus()

    tell(bus, new(record, 1, "a"), new(record, 2, "b"), new(record, 3, "a"), new(record, 4, "c"))

    assert bus.calls == [["1", "2"], ["3", "4"]]


def test_what_is_no_change_of_state_is_no_call(record: Record) -> None:
    bus = FakeBus()
    touched = RecordChange(
        position="1", at=NOON, before=record, after=replace(record, revision=record.revision + 1)
    )

    assert tell(bus, touched) is None
    assert bus.calls == []


def test_after_a_refusal_no_later_call_is_made_and_its_place_is_told(record: Record) -> None:
    bus = FakeBus(refuses=lambda change: change.position == "12")

    failed = tell(bus, *(new(record, number) for number in range(30)))

    assert failed == "12"
    assert len(bus.calls) == 2


def test_a_cluster_s_changes_do_not_overtake_each_other_when_one_is_refused(
    record: Record,
) -> None:
    bus = FakeBus(refuses=lambda change: change.detail["newState"] == "CREATE_IN_PROGRESS")
    made = new(record, 1)
    complete = replace(made.after or record, state=State.CREATE_COMPLETE)
    then = RecordChange(position="2", at=NOON, before=made.after, after=complete)

    failed = tell(bus, made, then)

    assert failed == "1"
    assert bus.calls == [[]]


def test_a_bus_that_gives_no_answer_is_asked_again_from_there(record: Record) -> None:
    bus = FakeBus(is_down=True)

    assert tell(bus, new(record, 1), new(record, 2)) == "1"


def test_what_is_told_is_counted_and_what_is_refused_is_not(record: Record) -> None:
    failure = (Failure(code="NoCapacity", reason="None."),)
    one, two = new(record, 1), new(record, 2)
    failed = [
        replace(
            each,
            before=each.after,
            after=replace(each.after, state=State.CREATE_FAILED, failures=failure),
        )
        for each in (one, two)
        if each.after
    ]
    meter, bus = FakeMeter(), FakeBus(refuses=lambda change: change.position == "2")

    Teller(bus=bus, meter=meter, region=REGION).tell(failed)

    names = [(each.metric.name, each.of) for each in meter.measures]
    assert names == [("FailedCreations", None), ("Failures", "NoCapacity")]
