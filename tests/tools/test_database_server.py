"""`make` has MariaDB's server, or says in one line what to install."""

import os
import sys
from pathlib import Path

import pytest

from embedded_aws.mariadb import programs
from tools import database_server

# An apt-get that says what it is asked, and "installs" beside itself.
APT_GET = f"""#!{sys.executable}
import os, pathlib, sys
here = pathlib.Path(__file__).parent
with (here / "asked").open("a") as asked:
    print(*sys.argv[1:], file=asked)
if "install" in sys.argv:
    if (here / "broken").exists():
        sys.exit(100)
    if (here / "empty").exists():
        sys.exit(0)
    for name in ("mariadbd", "mariadb", "mariadb-install-db", "mariadb-dump"):
        (here / name).touch(mode=0o755)
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The one directory with programs; root is who asks."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(programs, "MORE_PLACES", ())
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    return tmp_path


def put(place: Path, *names: str) -> None:
    for name in names:
        (place / name).write_text(APT_GET)
        (place / name).chmod(0o755)


def test_nothing_is_done_where_it_is_installed(place: Path) -> None:
    put(place, "apt-get", "mariadbd", "mariadb", "mariadb-install-db", "mariadb-dump")

    database_server.main()

    assert not (place / "asked").exists()


def test_root_installs_the_packages_that_have_no_service(place: Path) -> None:
    put(place, "apt-get")

    database_server.main()

    update, install = (place / "asked").read_text().splitlines()
    assert update.endswith("update")
    assert install.endswith("--no-install-recommends mariadb-server-core mariadb-client")
    assert programs.program(programs.SERVER) == place / "mariadbd"


def test_who_may_not_is_told_in_one_line(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(place, "apt-get")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    with pytest.raises(SystemExit, match=r"^make: .*apt-get install mariadb-server-core") as told:
        database_server.main()

    assert "\n" not in str(told.value)
    assert not (place / "asked").exists()


def test_without_apt_too(place: Path) -> None:
    with pytest.raises(SystemExit, match=r"^make: mariadbd of MariaDB's server is not there"):
        database_server.main()


def test_an_installation_that_fails_is_told_in_one_line(place: Path) -> None:
    put(place, "apt-get")
    (place / "broken").touch()

    with pytest.raises(SystemExit, match=r"install --yes .* failed\)$"):
        database_server.main()


def test_packages_that_haven_t_it_are_told_in_one_line(place: Path) -> None:
    put(place, "apt-get")
    (place / "empty").touch()

    with pytest.raises(SystemExit, match=r"^make: .* and still it isn't\)$") as told:
        database_server.main()

    assert "\n" not in str(told.value)


@pytest.mark.parametrize("absent", ["mariadbd", "mariadb", "mariadb-install-db", "mariadb-dump"])
def test_each_program_that_is_called_is_looked_for(place: Path, absent: str) -> None:
    there = {"mariadbd", "mariadb", "mariadb-install-db", "mariadb-dump"} - {absent}
    put(place, *there)

    with pytest.raises(SystemExit, match=f"^make: {absent} of MariaDB's server is not there"):
        database_server.main()
