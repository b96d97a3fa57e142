"""The application, deployed once onto an embedded AWS, and its clients."""

from collections.abc import Iterator

import pytest

from deployed_application import Application
from embedded_aws import lifecycle
from embedded_aws.deployment import deploy
from embedded_aws.ports import free_port

LAST = (
    "test_metrics.py",
    "test_traces_and_logs.py",
    "test_permissions.py",
    "test_secrets_in_logs.py",
)


@pytest.fixture(scope="session")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    aws = lifecycle.start(tmp_path_factory.mktemp("flow") / "state", free_port())
    try:
        yield Application.of(aws, deploy(aws, version="1.2.3-test"))
    finally:
        aws.stop()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Look last at what all others made the application ask for, and log."""
    items.sort(key=lambda item: LAST.index(item.path.name) if item.path.name in LAST else -1)
