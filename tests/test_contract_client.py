"""The client that stands for the Workflow Service dies of what that one dies of."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from contract_client import ContractClient, FatalError, GivenUpError, add_to_agent
from embedded_aws.workflow_service import Answer


class Told:
    """A service that answers GET with what it was told to, one after the other."""

    def __init__(self, *answers: Answer) -> None:
        self._answers: Iterator[Answer] = iter(answers)

    def get(self, **_: str) -> Answer:
        return next(self._answers)


def state(status: str, **more: Any) -> Answer:
    return Answer(status=200, headers={}, body={"clusterStatus": status, **more})


def client(*answers: Answer) -> ContractClient:
    """Each question takes a minute of its clock."""
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    service: Any = Told(*answers)
    return ContractClient(service=service, ids={}, sleep=sleep, clock=lambda: now[0])


COMPLETE = state("CREATE_COMPLETE", headNode={"privateIpAddress": "10.33.0.4"})
ERROR = Answer(status=503, headers={}, body={"message": "AWS is slow"})


def test_it_goes_on_while_the_cluster_is_made_or_updated_and_reads_the_address() -> None:
    waiting = client(state("CREATE_IN_PROGRESS"), state("UPDATE_IN_PROGRESS"), COMPLETE)

    assert waiting.wait() == "10.33.0.4"


@pytest.mark.parametrize("status", ["CREATE_FAILED", "DELETE_FAILED", "DELETE_IN_PROGRESS"])
def test_it_gives_up_when_the_cluster_failed_or_goes(status: str) -> None:
    with pytest.raises(GivenUpError, match=status):
        client(state(status, failures=[])).wait()


@pytest.mark.parametrize("status", ["CREATE_REQUEST_RECEIVED", "UPDATE_COMPLETE", "ROLLBACK"])
def test_it_raises_on_any_other_state(status: str) -> None:
    with pytest.raises(FatalError, match=status):
        client(state(status)).wait()


def test_an_error_is_forgiven_in_the_first_ten_seconds_only() -> None:
    early = client(ERROR, COMPLETE)

    assert early.wait() == "10.33.0.4"
    assert len(early.errors) == 1
    with pytest.raises(FatalError, match="503"):
        client(state("CREATE_IN_PROGRESS"), ERROR, COMPLETE).wait()


def test_it_takes_a_message_for_an_error() -> None:
    with pytest.raises(FatalError, match="answered 200"):
        client(state("CREATE_COMPLETE", message="hello")).wait()


def test_it_waits_an_hour() -> None:
    with pytest.raises(FatalError, match="3600"):
        client(*[state("CREATE_IN_PROGRESS")] * 61).wait()


OPENSSH = Ed25519PrivateKey.generate().private_bytes(
    Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()
)
RSA = generate_private_key(65537, 2048)
PEM = RSA.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
PROTECTED = RSA.private_bytes(
    Encoding.PEM, PrivateFormat.TraditionalOpenSSL, BestAvailableEncryption(b"secret")
)


@pytest.mark.parametrize("key", [OPENSSH, PEM], ids=["OpenSSH", "PEM"])
def test_a_key_is_loaded_as_it_stands_in_the_secret(key: bytes) -> None:
    add_to_agent(key.decode())


@pytest.mark.parametrize("key", [OPENSSH, PEM], ids=["OpenSSH", "PEM"])
def test_a_key_that_is_escaped_as_in_json_is_refused(key: bytes) -> None:
    with pytest.raises((FatalError, ValueError)):
        add_to_agent(json.dumps({"key": key.decode()}))


def test_a_key_with_a_pass_phrase_is_refused() -> None:
    with pytest.raises((FatalError, TypeError)):
        add_to_agent(PROTECTED.decode())
