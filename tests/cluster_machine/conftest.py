"""CloudFormation to drive: in memory, and on an embedded AWS of its own."""

import logging
import secrets
from collections.abc import Iterator

import boto3
import pytest

from aws_account import Account
from cloudformation_driver import Driver
from cloudformation_fake import FakeCloudFormation
from cluster_api_aws import Aws
from cluster_surroundings import EmulatedAccount, build_account
from embedded_aws import lifecycle
from embedded_aws.ports import free_port


@pytest.fixture(scope="session")
def emulated_account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmulatedAccount]:
    emulator = lifecycle.start(tmp_path_factory.mktemp("embedded-aws") / "state", free_port())
    with pytest.MonkeyPatch.context() as patched:
        for name, value in emulator.environment().items():
            patched.setenv(name, value)
        # Its credentials may be those of another emulator's tests.
        patched.setattr(boto3, "DEFAULT_SESSION", None)
        aws = Aws()
    try:
        yield build_account(Account(emulator=emulator), aws)
    finally:
        emulator.stop()


@pytest.fixture(params=["fake", "emulated"])
def driver(request: pytest.FixtureRequest) -> Driver:
    if request.param == "fake":
        return FakeCloudFormation()
    account: EmulatedAccount = request.getfixturevalue("emulated_account")
    return account.driver


@pytest.fixture
def creation() -> str:
    return secrets.token_hex(4)


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Thousands of requests are refused here, as they should be: nobody reads their logs."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)
