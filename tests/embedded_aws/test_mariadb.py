"""A MariaDB server of one's own: who gets in, and when it is gone."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded_aws import mariadb
from embedded_aws.errors import DatabaseServerError, DatabaseServerMissingError

# What is looked for wherever a password must not be, however it were quoted there.
MARK = "kept-6f3e"
PASSWORD = f'it\'s-a "secret" \\ {MARK}'
ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 120


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[mariadb.MariaDb]:
    started = mariadb.start(tmp_path_factory.mktemp("mariadb"), admin="master", password=PASSWORD)
    yield started
    started.stop()


def ask(
    server: mariadb.MariaDb, statement: str, *options: str, password: str = PASSWORD
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [
            *("mariadb", "--no-defaults", "--batch", "--skip-column-names", "--protocol=tcp"),
            *("--host=127.0.0.1", f"--port={server.port}", f"--user={server.admin}"),
            *(options or (f"--ssl-ca={server.ca}", "--ssl-verify-server-cert")),
            f"--execute={statement}",
        ],
        env={"PATH": os.environ["PATH"], "MYSQL_PWD": password},
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_proves_by_its_certificate_who_it_is(server: mariadb.MariaDb) -> None:
    answer = ask(server, "SELECT 40 + 2; SHOW STATUS LIKE 'Ssl_version'")

    assert answer.stdout.splitlines() == ["42", "Ssl_version\tTLSv1.3"]


def test_another_authority_is_not_believed(server: mariadb.MariaDb) -> None:
    answer = ask(
        server,
        "SELECT 1",
        "--ssl-ca=/etc/ssl/certs/ca-certificates.crt",
        "--ssl-verify-server-cert",
    )

    assert answer.returncode == 1
    assert "certificate" in answer.stderr


def test_nobody_gets_in_without_tls(server: mariadb.MariaDb) -> None:
    answer = ask(server, "SELECT 1", "--skip-ssl")

    assert answer.returncode == 1
    assert "Access denied" in answer.stderr


def test_nobody_gets_in_with_another_password(server: mariadb.MariaDb) -> None:
    answer = ask(server, "SELECT 1", password="guessed")

    assert "Access denied" in answer.stderr


def test_the_admin_makes_users_but_has_no_say_over_the_server(server: mariadb.MariaDb) -> None:
    made = ask(
        server,
        "CREATE DATABASE records; CREATE USER reader IDENTIFIED BY 'r' REQUIRE SSL;"
        " GRANT SELECT ON records.* TO reader; SHOW GRANTS FOR reader",
    )
    refused = ask(server, "SET GLOBAL max_connections = 5")

    assert "GRANT SELECT ON `records`.*" in made.stdout
    assert "SUPER" in refused.stderr


def test_snapshots_are_isolated_as_in_the_versions_before_11_6(server: mariadb.MariaDb) -> None:
    answer = ask(server, "SHOW VARIABLES LIKE 'innodb_snapshot_isolation'")

    assert answer.stdout in ("", "innodb_snapshot_isolation\tOFF\n")


def test_another_password_holds_at_once_and_the_old_one_no_more(server: mariadb.MariaDb) -> None:
    server.set_password("the next one")

    try:
        assert ask(server, "SELECT 1", password="the next one").stdout == "1\n"
        assert "Access denied" in ask(server, "SELECT 1", password=PASSWORD).stderr
    finally:
        server.set_password(PASSWORD)


def test_no_password_is_in_a_file_or_an_argument(server: mariadb.MariaDb) -> None:
    kept = b"".join(file.read_bytes() for file in server.directory.rglob("*") if file.is_file())

    assert MARK.encode() not in kept
    assert not any(MARK in " ".join(command) for command in _commands().values())


def test_data_stay_over_a_stop(tmp_path: Path) -> None:
    first = mariadb.start(tmp_path, admin="master", password="one", port=None)
    ask(first, "CREATE DATABASE kept", password="one")

    first.stop()
    refused = ask(first, "SELECT 1", password="one")
    second = mariadb.start(
        tmp_path,
        admin="master",
        password="two",
        port=first.port,
        options={"max_allowed_packet": "64M"},
    )
    try:
        found = ask(second, "SHOW DATABASES; SELECT @@max_allowed_packet", password="two")
    finally:
        second.stop()

    assert "Can't connect" in refused.stderr
    assert "kept\n" in found.stdout
    assert "67108864\n" in found.stdout


def test_an_unknown_option_is_an_error_in_the_servers_words(tmp_path: Path) -> None:
    with pytest.raises(DatabaseServerError, match="unknown variable 'no-such-thing=1'"):
        mariadb.start(tmp_path, admin="m", password="p", options={"no_such_thing": "1"})


def test_a_taken_port_is_an_error(server: mariadb.MariaDb, tmp_path: Path) -> None:
    with pytest.raises(DatabaseServerError, match="another server running on port"):
        mariadb.start(tmp_path, admin="m", password="p", port=server.port)


def test_a_name_that_could_be_a_statement_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no name of an admin"):
        mariadb.start(tmp_path, admin="x'; DROP USER root", password="p")


def test_where_it_is_not_installed_one_line_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("embedded_aws.mariadb.programs.MORE_PLACES", ())

    with pytest.raises(DatabaseServerMissingError, match="mariadbd"):
        mariadb.check()
    with pytest.raises(
        DatabaseServerMissingError, match="apt-get install mariadb-server-core"
    ) as told:
        mariadb.start(tmp_path, admin="m", password="p")
    assert "\n" not in str(told.value)


def test_root_is_not_whom_it_runs_as_where_others_may_come() -> None:
    with tempfile.TemporaryDirectory() as above:
        Path(above).chmod(0o755)
        server = mariadb.start(Path(above) / "database", admin="m", password="p")
        owners = [Path(f"/proc/{process}").stat().st_uid for process in _servers_in(Path(above))]
        server.stop()

    assert len(owners) == 1
    assert owners != [0]


@pytest.mark.parametrize("signal_", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_it_ends_with_whoever_started_it(tmp_path: Path, signal_: signal.Signals) -> None:
    owner = subprocess.Popen(
        [
            *(sys.executable, "-c"),
            "import sys, time; from pathlib import Path; from embedded_aws import mariadb;"
            "mariadb.start(Path(sys.argv[1]), admin='m', password='p');"
            "print('started', flush=True); time.sleep(600)",
            str(tmp_path),
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert owner.stdout
    assert owner.stdout.readline() == b"started\n"
    assert _servers_in(tmp_path)

    owner.send_signal(signal_)
    owner.wait()

    assert _gone(tmp_path)


def test_it_ends_with_its_keeper(tmp_path: Path) -> None:
    server = mariadb.start(tmp_path, admin="m", password="p")

    server.process.kill()
    server.process.wait()

    assert _gone(tmp_path)


def _gone(directory: Path) -> bool:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while _servers_in(directory) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not _servers_in(directory)


def _servers_in(directory: Path) -> list[int]:
    """The processes that work below the directory."""
    found = []
    for process in _commands():
        try:
            place = Path(f"/proc/{process}/cwd").readlink()
        except OSError:
            continue
        if place.is_relative_to(directory):
            found.append(process)
    return found


def _commands() -> dict[int, list[str]]:
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            found[int(entry.name)] = (entry / "cmdline").read_text(errors="replace").split("\0")
        except OSError:
            continue
    return found
