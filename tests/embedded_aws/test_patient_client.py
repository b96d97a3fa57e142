"""The patient client comes again where nothing is lost by it, for as long as it has patience."""

from collections.abc import Callable, Iterator

import pytest
import requests

from embedded_aws import patient_client
from embedded_aws.patient_client import PATIENCE_SECONDS, PatientClient
from embedded_aws.workflow_service import Answer, WorkflowService

GOOD = Answer(status=200, headers={}, body={})
BUSY = Answer(
    status=503,
    headers={"Retry-After": "5"},
    body={"message": "AWS is busy (dynamodb: ThrottlingException); make the request again."},
)
FULL = Answer(status=503, headers={"Retry-After": "60"}, body={"message": "No subnet is free."})

Answers = Callable[[Iterator[Answer | None]], PatientClient]


class Clock:
    """The module `time`, as far as it is used; it passes when somebody sleeps."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return sum(self.slept)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(patient_client, "time", clock)
    return clock


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> Answers:
    """A client to whom these are answered, one after the other; None is no answer in time."""

    class Unsigned(PatientClient):
        def __init__(self) -> None:
            """There is nothing to sign for."""

    def client(answers: Iterator[Answer | None]) -> PatientClient:
        def call(self: WorkflowService, method: str, path: str, **parameters: str) -> Answer:
            answer = next(answers)
            if answer is None:
                raise requests.Timeout
            return answer

        monkeypatch.setattr(WorkflowService, "call", call)
        return Unsigned()

    return client


def test_it_comes_again_where_nothing_was_answered_or_aws_was_busy(
    answered: Answers, clock: Clock
) -> None:
    client = answered(iter([None, BUSY, GOOD]))

    assert client.get() == GOOD
    assert clock.slept == [5, 5]


def test_any_other_answer_is_the_answer(answered: Answers, clock: Clock) -> None:
    assert answered(iter([FULL])).post() == FULL
    assert clock.slept == []


def test_it_gives_up_in_the_end(answered: Answers, clock: Clock) -> None:
    with pytest.raises(requests.Timeout):
        answered(iter([None] * 1000)).get()
    clock.slept.clear()

    assert answered(iter([BUSY] * 1000)).get() == BUSY
    assert PATIENCE_SECONDS <= clock.monotonic() < PATIENCE_SECONDS + 10
