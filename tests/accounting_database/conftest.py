"""One server for all tests, which each find empty."""

from collections.abc import Iterator

import pytest

from accounting_world import ADMIN, World
from embedded_aws import mariadb

ADMIN_PASSWORD = "the-first-admin-password"


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[mariadb.MariaDb]:
    # The server itself lets plain text in: so it is seen what is asked of the user.
    options = {"require_secure_transport": "OFF"}
    started = mariadb.start(
        tmp_path_factory.mktemp("mariadb"), admin=ADMIN, password=ADMIN_PASSWORD, options=options
    )
    yield started
    started.stop()


@pytest.fixture
def world(server: mariadb.MariaDb) -> Iterator[World]:
    server.set_password(ADMIN_PASSWORD)
    made = World(server=server, admin_password=ADMIN_PASSWORD)
    made.clear()
    yield made
