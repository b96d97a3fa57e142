"""The application, deployed once onto an embedded AWS, and its clients."""

from collections.abc import Iterator

import pytest

from deployed_application import Application
from embedded_aws import lifecycle
from embedded_aws.deployment import deploy
from embedded_aws.ports import free_port


@pytest.fixture(scope="session")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    aws = lifecycle.start(tmp_path_factory.mktemp("flow") / "state", free_port())
    try:
        yield Application.of(aws, deploy(aws, version="1.2.3-test"))
    finally:
        aws.stop()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Look for secrets in the logs last, when all that is logged has been."""
    items.sort(key=lambda item: item.path.name == "test_secrets_in_logs.py")
