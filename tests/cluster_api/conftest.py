"""Worlds for the tests: one in memory, and the adapters on moto."""

from collections.abc import Iterator
from threading import RLock
from typing import Any

import pytest
from moto import mock_aws
from moto.core.botocore_stubber import BotocoreStubber

from cluster_api.aws.leases import DynamoLeases
from cluster_api.clock import SystemClock
from cluster_api.ports import Keys, Leases, Registry, Stacks, SubnetPool
from cluster_api_aws import TABLE, Aws, build_aws, real_world
from cluster_api_fake_world import FakeWorld
from cluster_api_fakes import FakeClock
from cluster_api_world import REGION, World
from points_tried import POINTS_TRIED, PointsTried, print_points_tried


@pytest.fixture(autouse=True)
def _time_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine is, only a test that says so runs out of time."""
    monkeypatch.setattr("cluster_api.deadline.monotonic", lambda: 0.0)


@pytest.fixture(scope="session")
def points_tried(request: pytest.FixtureRequest) -> PointsTried:
    return request.config.stash.setdefault(POINTS_TRIED, PointsTried())


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    print_points_tried(terminalreporter, config)


@pytest.fixture
def world() -> FakeWorld:
    return FakeWorld()


@pytest.fixture(scope="session")
def clients() -> Iterator[Aws]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_DEFAULT_REGION", REGION)
        environment.setenv("AWS_ACCESS_KEY_ID", "testing")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        # moto makes thirteen hundred of them for whoever wants a key pair, and a volume for each.
        environment.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")
        yield Aws()


@pytest.fixture
def emulated(clients: Aws, monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    answer, one_at_a_time = BotocoreStubber.process_request, RLock()

    def process_request(stubber: BotocoreStubber, request: Any) -> Any:
        # A transaction of moto's that fails puts the whole table back as it was before.
        with one_at_a_time:
            return answer(stubber, request)

    monkeypatch.setattr(BotocoreStubber, "process_request", process_request)
    with mock_aws():
        build_aws(clients)
        yield clients


@pytest.fixture
def aws(emulated: Aws) -> World:
    # moto's own times are the machine's.
    return real_world(emulated, FakeClock(time=SystemClock().now()))


@pytest.fixture(params=["fake", "moto"])
def either(request: pytest.FixtureRequest) -> World:
    fixture = {"fake": "world", "moto": "aws"}[request.param]
    chosen: World = request.getfixturevalue(fixture)
    return chosen


@pytest.fixture
def registry(either: World) -> Registry:
    return either.registry


@pytest.fixture
def leases(either: World, request: pytest.FixtureRequest) -> Leases:
    if isinstance(either, FakeWorld):
        return either.leases
    emulated: Aws = request.getfixturevalue("emulated")
    return DynamoLeases(client=emulated.dynamodb, table=TABLE)


@pytest.fixture
def keys(either: World) -> Keys:
    return either.keys


@pytest.fixture
def stacks(either: World) -> Stacks:
    return either.stacks


@pytest.fixture
def subnets(either: World) -> SubnetPool:
    return either.subnets
