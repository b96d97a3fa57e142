"""A server that is away, mute, foreign or just getting another password."""

import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pymysql
import pytest
from pymysql.constants import CR

from accounting_database import database, deadline
from accounting_database.database import Database
from accounting_database.deadline import OF_A_RESOURCE, Patience
from accounting_database.errors import (
    DatabaseSlow,
    DatabaseUnavailable,
    DatabaseUntrusted,
    LoginRefused,
    SecretUnreadable,
)
from accounting_database.request import parse_request
from accounting_fakes import Stopwatch
from accounting_world import ADMIN_SECRET, World, cluster, event
from embedded_aws import certificate
from embedded_aws.ports import free_port

LONG = Patience(connect=10, answer=60, total=60)


@pytest.fixture
def stopwatch(monkeypatch: pytest.MonkeyPatch) -> Stopwatch:
    """How long was waited for the server: what a busy machine takes besides doesn't count."""
    made = Stopwatch()
    for module in (deadline, database):
        monkeypatch.setattr(module, "time", made)
    return made


@contextmanager
def listener(answer: Callable[[socket.socket], object]) -> Iterator[int]:
    """A port that accepts, and treats each connection so."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                answer(connection)

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)


def connect(database: Database, patience: Patience = OF_A_RESOURCE) -> None:
    with database.session(patience):
        pass


def test_a_closed_port_is_tried_again_and_then_a_clear_failure(
    world: World, stopwatch: Stopwatch
) -> None:
    with pytest.raises(DatabaseUnavailable) as failure:
        connect(world.database(port=free_port()), Patience(connect=10, answer=20, total=5))

    message = str(failure.value)
    assert message.startswith(
        "DatabaseUnavailable: Database 127.0.0.1 is not there (could not conn"
    )
    assert "ConnectionRefusedError" in message
    assert 3 < stopwatch.seconds < 6


@pytest.mark.timeout(90)
def test_a_port_that_says_nothing_is_a_clear_failure_within_a_minute(world: World) -> None:
    held: list[socket.socket] = []
    creation = parse_request(event("Create", cluster()))
    began = time.monotonic()

    with (
        listener(held.append) as port,
        pytest.raises(DatabaseUnavailable, match="CR_SERVER_LOST"),
    ):
        world.provider(port=port).fulfil(creation)

    assert time.monotonic() - began < 50


@pytest.mark.parametrize("takes", [None, "connect_timeout", "read_timeout"])
def test_a_creation_without_a_server_fails_within_a_minute_with_all_it_undoes(
    world: World, stopwatch: Stopwatch, takes: str | None
) -> None:
    """A port that refuses, one behind a firewall, one that says nothing; with time to tell it."""

    def absent(**arguments: Any) -> "pymysql.Connection[Any]":
        stopwatch.sleep(arguments[takes] if takes else 0)
        raise pymysql.err.OperationalError(CR.CR_CONN_HOST_ERROR, "no answer")

    with pytest.raises(DatabaseUnavailable):
        world.create(cluster(), absent)

    assert 25 < stopwatch.seconds < 50


def test_a_server_that_comes_back_in_time_is_reached(world: World, stopwatch: Stopwatch) -> None:
    failures = iter([pymysql.err.OperationalError(2003, "refused")] * 2)

    def flaky(**arguments: Any) -> "pymysql.Connection[Any]":
        for failure in failures:
            raise failure
        return pymysql.connect(**arguments)

    connect(world.database(flaky))

    assert 0 < stopwatch.seconds < 30


def kill_once_it_sleeps(world: World, id_: int) -> None:
    asleep = "SELECT 1 FROM information_schema.PROCESSLIST WHERE ID = %s AND STATE = 'User sleep'"
    while not world.tell(asleep, id_):
        time.sleep(0.05)
    world.tell(f"KILL {id_}")


def test_a_server_that_stops_within_a_request_is_a_clear_failure(world: World) -> None:
    with (
        pytest.raises(DatabaseUnavailable, match="could not sleep: CR_SERVER_LOST"),
        world.database().session(LONG) as session,
    ):
        ((id_,),) = session.run("ask", "SELECT CONNECTION_ID()")
        threading.Thread(target=kill_once_it_sleeps, args=(world, id_), daemon=True).start()
        session.run("sleep", "SELECT SLEEP(30)")


def test_a_server_that_takes_too_long_is_told_to_stop_before_we_give_up(world: World) -> None:
    we_give_up_after: list[float] = []

    def patient(**arguments: Any) -> "pymysql.Connection[Any]":
        # A busy machine's server tells it late: here that is waited for.
        we_give_up_after.append(arguments["read_timeout"])
        return pymysql.connect(**arguments | {"read_timeout": 60})

    with world.database(patient).session(Patience(connect=10, answer=4, total=60)) as session:
        ((server_stops_after,),) = session.run("ask", "SELECT @@max_statement_time")
        began = time.monotonic()
        with pytest.raises(DatabaseSlow, match="not time enough to sleep"):
            session.run("sleep", "SELECT SLEEP(60)")

    assert time.monotonic() - began < 30
    assert server_stops_after < we_give_up_after[0]


def test_nothing_begins_after_the_deadline(world: World) -> None:
    with (
        pytest.raises(DatabaseSlow, match="not time enough to count"),
        world.database().session(Patience(connect=10, answer=20, total=0.2)) as session,
    ):
        time.sleep(0.3)
        session.run("count", "SELECT 1")


def test_a_certificate_of_another_authority_is_not_trusted(world: World, tmp_path: Path) -> None:
    foreign = tmp_path / "foreign.pem"
    certificate.write(certificate=foreign, key=tmp_path / "key.pem")

    with pytest.raises(DatabaseUntrusted, match="self-signed certificate"):
        connect(world.database(ca_file=foreign))


def test_a_certificate_of_another_name_is_not_trusted(world: World) -> None:
    with pytest.raises(DatabaseUntrusted, match=r"(?i)mismatch"):
        connect(world.database(host="127.1"))


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_file_without_certificates_is_named(
    world: World, tmp_path: Path, content: str | None
) -> None:
    file = tmp_path / "missing.pem"
    if content:
        file.write_text(content)

    with pytest.raises(DatabaseUntrusted, match=r"no certificates can be read from .*missing.pem"):
        connect(world.database(ca_file=file))


def test_without_a_file_those_vouch_whom_openssl_trusts(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(world.server.ca))

    connect(world.database(ca_file=None))


def test_a_server_without_tls_is_told_nothing(world: World) -> None:
    heard: list[bytes] = []
    # MariaDB's greeting, without the capability CLIENT_SSL.
    greeting = (
        b"\x0a10.11.19-MariaDB\0\x01\0\0\0" + b"a" * 8 + b"\0" + b"\x01\x82\x21\x02\0\x08\0\x15"
        + b"\0" * 10 + b"b" * 12 + b"\0mysql_clear_password\0"
    )  # fmt: skip

    def greet(connection: socket.socket) -> None:
        connection.sendall(len(greeting).to_bytes(3, "little") + b"\0" + greeting)
        heard.append(connection.recv(4096))

    with listener(greet) as port, pytest.raises(DatabaseUntrusted, match="offers no TLS"):
        connect(world.database(port=port))

    assert heard in ([], [b""])


def test_a_rotated_password_is_read_again_at_once(world: World, stopwatch: Stopwatch) -> None:
    database = world.database()
    connect(database)
    world.server.set_password("the-next-password")
    world.keep_admin_secret("the-next-password")

    connect(database)

    assert stopwatch.seconds == 0


def test_a_secret_that_follows_the_password_a_little_later_is_waited_for(
    world: World, stopwatch: Stopwatch
) -> None:
    world.server.set_password("the-next-password")

    def follow() -> None:
        if stopwatch.seconds >= 1:
            world.keep_admin_secret("the-next-password")

    stopwatch.meanwhile = follow

    connect(world.database())

    assert 1 < stopwatch.seconds < 5


def test_a_password_that_is_wrong_for_good_is_a_clear_failure(
    world: World, stopwatch: Stopwatch
) -> None:
    world.keep_admin_secret("not-the-password")

    with pytest.raises(LoginRefused) as failure:
        connect(world.database())

    message = str(failure.value)
    assert message.startswith("LoginRefused: Database 127.0.0.1 refuses user admin.")
    assert "not-the-password" not in message
    assert stopwatch.seconds < 30


@pytest.mark.parametrize(
    "text", ["s3cret-text", "[]", '{"username": "admin"}', '{"username": "a", "password": 17}']
)
def test_an_admin_secret_of_another_shape_is_refused_and_not_shown(world: World, text: str) -> None:
    world.secrets.texts[ADMIN_SECRET] = text

    with pytest.raises(SecretUnreadable, match="has no JSON object with username") as failure:
        connect(world.database())

    assert text not in str(failure.value)
    assert failure.value.__cause__ is None


def test_a_secret_may_have_more_fields(world: World, stopwatch: Stopwatch) -> None:
    text = json.loads(world.secrets.texts[ADMIN_SECRET]) | {"engine": "mariadb"}
    world.secrets.texts[ADMIN_SECRET] = json.dumps(text)

    connect(world.database())

    assert stopwatch.seconds == 0


def test_the_context_verifies_names_and_takes_no_old_tls(world: World) -> None:
    seen: list[ssl.SSLContext] = []

    def spy(**arguments: Any) -> "pymysql.Connection[Any]":
        seen.append(arguments["ssl"])
        return pymysql.connect(**arguments)

    connect(world.database(spy))

    assert seen[0].check_hostname
    assert seen[0].verify_mode is ssl.CERT_REQUIRED
    assert seen[0].minimum_version is ssl.TLSVersion.TLSv1_2
