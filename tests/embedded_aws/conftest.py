"""One emulator for the session, and what its tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import lustre
from aws_account import CUSTOM_RESOURCE, Account, CustomResource
from deployed import Deployed, deploy, vpc_with_subnet
from embedded_aws import lifecycle, processes
from embedded_aws.lifecycle import EmbeddedAws
from embedded_aws.ports import free_port


@pytest.fixture(scope="session")
def embedded_aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    emulator = lifecycle.start(tmp_path_factory.mktemp("embedded-aws") / "state", free_port())
    yield emulator
    emulator.stop()


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Path]:
    """A state directory whose processes end with the test."""
    place = tmp_path / "state"
    yield place
    processes.kill_all(group=None, state=place)


@pytest.fixture(scope="session")
def account(embedded_aws: EmbeddedAws) -> Account:
    return Account(emulator=embedded_aws)


@pytest.fixture(scope="session")
def custom_resource(account: Account) -> CustomResource:
    queue = account.queue()
    return CustomResource(token=account.function(CUSTOM_RESOURCE, QUEUE=queue), queue=queue)


@pytest.fixture(scope="session")
def lustre_network(account: Account) -> Iterator[Deployed]:
    for what in ("creation", "associations", "imports", "exports"):
        lustre.order(account, lustre.QUICK, what, seconds=0.1)
    stack = deploy(account, vpc_with_subnet("10.94.0.0/16"))
    yield stack
    stack.delete()


@pytest.fixture
def file_system(account: Account, lustre_network: Deployed) -> Iterator[lustre.Lustre]:
    with lustre.lustre(account, lustre_network) as made:
        yield made
