"""One emulator for the session, and what its tests share."""

import socket
from collections.abc import Iterator

import pytest

from aws_account import CUSTOM_RESOURCE, Account, CustomResource
from embedded_aws import lifecycle
from embedded_aws.lifecycle import EmbeddedAws


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def embedded_aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    emulator = lifecycle.start(tmp_path_factory.mktemp("embedded-aws") / "state", free_port())
    yield emulator
    emulator.stop()


@pytest.fixture(scope="session")
def account(embedded_aws: EmbeddedAws) -> Account:
    return Account(emulator=embedded_aws)


@pytest.fixture(scope="session")
def custom_resource(account: Account) -> CustomResource:
    queue = account.queue()
    return CustomResource(token=account.function(CUSTOM_RESOURCE, QUEUE=queue), queue=queue)
