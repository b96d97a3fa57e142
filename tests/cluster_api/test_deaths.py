"""What is left when a request dies between two calls of AWS, or when one of them is refused."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from cluster_api_aws import Aws
from cluster_api_tape import (
    DELETE,
    DELETE_FAILED_CREATION,
    NEW,
    RETRY,
    UNDO,
    Death,
    Tape,
    agrees,
    comes_up,
    creation_fails,
    nothing_left,
    recording,
)
from cluster_api_world import World

IDS = {"vlab_id": "lab", "project_id": "project"}


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("number", "call"), list(enumerate(NEW)))
def test_a_post_that_died_is_made_good_by_another(
    aws: World, emulated: Aws, when: str, number: int, call: str
) -> None:
    with recording(emulated, Tape(die=(when, number))) as tape, pytest.raises(Death):
        aws.call("POST", **IDS)
    aws.clock.sleep(timedelta(minutes=1).total_seconds())

    again = aws.call("POST", **IDS)

    assert tape.calls[number] == call
    assert again.status == 200
    assert agrees(aws, emulated)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("number", "call"), list(enumerate(NEW)))
def test_a_post_that_died_is_made_good_by_a_delete(
    aws: World, emulated: Aws, when: str, number: int, call: str
) -> None:
    with recording(emulated, Tape(die=(when, number))) as tape, pytest.raises(Death):
        aws.call("POST", **IDS)
    aws.clock.sleep(timedelta(minutes=1).total_seconds())

    for _ in range(3):
        aws.call("DELETE", **IDS)

    assert tape.calls[number] == call
    assert aws.call("GET", **IDS).status == 404
    assert nothing_left(emulated)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("number", "call"), list(enumerate(DELETE)))
def test_a_delete_that_died_is_made_good_by_another(
    aws: World, emulated: Aws, when: str, number: int, call: str
) -> None:
    aws.call("POST", **IDS)
    comes_up(aws)
    with recording(emulated, Tape(die=(when, number))) as tape, pytest.raises(Death):
        aws.call("DELETE", **IDS)

    for _ in range(3):
        aws.call("DELETE", **IDS)

    assert tape.calls[number] == call
    assert aws.call("GET", **IDS).status == 404
    assert nothing_left(emulated)


def _denied(call: str) -> Exception:
    return ClientError(
        {"Error": {"Code": "AccessDenied", "Message": "no"}, "ResponseMetadata": {}},  # type: ignore[typeddict-item]
        call,
    )


def _throttled(call: str) -> Exception:
    return ClientError(
        {"Error": {"Code": "ThrottlingException", "Message": "slow"}, "ResponseMetadata": {}},  # type: ignore[typeddict-item]
        call,
    )


def _silent(_: str) -> Exception:
    return ReadTimeoutError(endpoint_url="https://aws")


@pytest.mark.parametrize(("number", "call"), list(enumerate(NEW)))
@pytest.mark.parametrize("fault", [_denied, _throttled, _silent])
def test_a_post_whose_call_is_refused_leaves_nothing(
    aws: World, emulated: Aws, number: int, call: str, fault: Callable[[str], Exception]
) -> None:
    with recording(emulated, Tape(refuse=number, refusal=fault(call))) as tape:
        answer = aws.call("POST", **IDS)

    assert tape.calls[number] == call
    assert answer.status == (500 if fault is _denied else 503)
    assert ("Retry-After" in answer.headers) == (answer.status == 503)
    assert nothing_left(emulated)
    assert aws.call("POST", **IDS).status == 200


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("number", "call"), list(enumerate(UNDO, start=len(NEW))))
def test_an_undoing_that_died_is_made_good_by_another_post(
    aws: World, emulated: Aws, when: str, number: int, call: str
) -> None:
    tape = Tape(refuse=len(NEW) - 1, refusal=_denied("CreateStack"), die=(when, number))
    with recording(emulated, tape), pytest.raises(Death):
        aws.call("POST", **IDS)
    aws.clock.sleep(timedelta(minutes=1).total_seconds())

    again = aws.call("POST", **IDS)

    assert tape.calls[number] == call
    assert again.status == 200
    assert agrees(aws, emulated)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("number", "call"), list(enumerate(DELETE_FAILED_CREATION)))
def test_a_delete_of_a_failed_creation_that_died_is_made_good_by_another(
    aws: World, emulated: Aws, when: str, number: int, call: str
) -> None:
    aws.call("POST", **IDS)
    creation_fails(aws)
    with recording(emulated, Tape(die=(when, number))) as tape, pytest.raises(Death):
        aws.call("DELETE", **IDS)

    for _ in range(2):
        aws.call("DELETE", **IDS)

    assert tape.calls[number] == call
    assert aws.call("GET", **IDS).status == 404
    assert nothing_left(emulated)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("number", "call"), list(enumerate(RETRY)))
def test_a_retry_that_died_is_made_good_by_another_post(
    aws: World, emulated: Aws, when: str, number: int, call: str
) -> None:
    first = aws.call("POST", **IDS)
    creation_fails(aws)
    with recording(emulated, Tape(die=(when, number))) as tape, pytest.raises(Death):
        aws.call("POST", **IDS)
    aws.clock.sleep(timedelta(minutes=1).total_seconds())

    again = aws.call("POST", **IDS)

    assert tape.calls[number] == call
    assert again.body == first.body
    assert agrees(aws, emulated)
