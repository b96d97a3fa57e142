"""A server that runs, and how it comes to."""

import hashlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from embedded_aws.errors import DatabaseServerError
from embedded_aws.mariadb import keeper, programs
from embedded_aws.mariadb.data_directory import (
    QUICK,
    SMALL,
    Identity,
    copy,
    last_line,
    prepare,
    write,
)
from embedded_aws.ports import free_port

START_SECONDS = 240
PID_FILE = "mariadb.pid"
ADMIN = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,15}")
# A master user's privileges, which SUPER is not among (RDS User Guide, Master user account
# privileges).
PRIVILEGES = """SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, RELOAD, PROCESS, REFERENCES, INDEX,
    ALTER, SHOW DATABASES, CREATE TEMPORARY TABLES, LOCK TABLES, EXECUTE, BINLOG MONITOR,
    CREATE VIEW, SHOW VIEW, CREATE ROUTINE, ALTER ROUTINE, CREATE USER, EVENT, TRIGGER,
    REPLICATION SLAVE""".replace("\n    ", " ")
NO_OPTIONS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class MariaDb:
    """A server that runs: clients take 127.0.0.1, `port`, and trust `ca` (PEM)."""

    directory: Path
    port: int
    admin: str
    process: "subprocess.Popen[bytes]"

    @property
    def ca(self) -> Path:
        """The certificate that proves the server's, for 127.0.0.1 and localhost."""
        return self.directory / "ca.pem"

    @property
    def log(self) -> Path:
        """What the server prints."""
        return self.directory / "mariadb.log"

    @property
    def is_running(self) -> bool:
        """Whether the server's process is there."""
        return self.process.poll() is None

    def set_password(self, password: str) -> None:
        """Give the admin another password; DatabaseServerError if the server doesn't take it."""
        self._tell(f"ALTER USER '{self.admin}'@'%' IDENTIFIED BY PASSWORD '{_hash(password)}';")

    def copy_data(self, target: Path) -> None:
        """Copy the data as they are now; the server stands still meanwhile.

        A server that begins with the copy recovers as one does after the machine's end.
        """
        process = int((self.directory / "data" / PID_FILE).read_text())
        os.kill(process, signal.SIGSTOP)
        try:
            copy(self.directory / "data", target)
        finally:
            os.kill(process, signal.SIGCONT)

    def set_option(self, name: str, value: str) -> None:
        """Give a variable another value at once; DatabaseServerError if it can't be."""
        number = re.fullmatch(r"-?\d+(\.\d+)?", value)
        quoted = value if number else "'" + re.sub(r"([\\'])", r"\\\1", value) + "'"
        if not re.fullmatch(r"\w+", name):
            raise ValueError(f"{name!r} is no name of a variable")
        self._tell(f"SET GLOBAL {name} = {quoted};")

    def stop(self) -> None:
        """End it and wait for that; its data stay."""
        if self.process.stdin:
            self.process.stdin.close()
        try:
            self.process.wait(keeper.PATIENCE_SECONDS + 5)
        except subprocess.TimeoutExpired:
            self.process.kill()  # the server's parent: the kernel ends the server too
            self.process.wait()

    def _tell(self, statement: str) -> None:
        told = subprocess.run(
            [
                str(programs.program(programs.CLIENT)),
                *("--no-defaults", "--batch", "--socket=mariadb.sock"),
                f"--user={programs.account()}",
            ],
            cwd=self.directory,
            input=statement,
            capture_output=True,
            text=True,
            check=False,
        )
        if told.returncode:
            raise DatabaseServerError("refused a statement", told.stderr.strip(), self.log)


def start(
    directory: Path,
    *,
    admin: str,
    password: str | None,
    port: int | None = None,
    options: Mapping[str, str] = NO_OPTIONS,
    identity: Identity | None = None,
    begin_with: Path | None = None,
) -> MariaDb:
    """Start a server, with the directory's data if there are any; come back when it answers.

    `admin` may log in from anywhere with `password`, which holds from now on, and has what RDS
    gives a master user; without a password it is who it was. `options` are server variables
    ("max_allowed_packet": "64M"); TCP is for TLS only unless they say otherwise. Without an
    `identity` it has a certificate of its own. A new server's data `begin_with` a copy of another's
    data directory, if one is given. DatabaseServerMissingError, DatabaseServerError.
    """
    if not ADMIN.fullmatch(admin):
        raise ValueError(f"{admin!r} is no name of an admin: 1 to 16 of a-z, A-Z, 0-9, _")
    programs.check()
    directory = directory.resolve()
    user = programs.user_for(directory)
    prepare(directory, user, identity=identity, begin_with=begin_with)
    chosen = port or free_port()
    first = directory / "first.sql"
    write(first, _first_statements(admin, password), user)
    (directory / "data" / PID_FILE).unlink(missing_ok=True)
    log = directory / "mariadb.log"
    with log.open("wb") as printed:
        process = subprocess.Popen(
            [
                *(sys.executable, "-I", keeper.__file__),
                *(str(directory), user, str(programs.program(programs.SERVER))),
                *_arguments(chosen, user or programs.account(), options),
            ],
            env=programs.environment(),
            stdin=subprocess.PIPE,
            stdout=printed,
            stderr=subprocess.STDOUT,
        )
    server = MariaDb(directory=directory, port=chosen, admin=admin, process=process)
    try:
        _wait_until_ready(server)
    except BaseException:
        server.stop()
        raise
    finally:
        first.unlink(missing_ok=True)
    return server


def _arguments(port: int, user: str, options: Mapping[str, str]) -> list[str]:
    # The server works in its data directory: paths begin there.
    return [
        "--no-defaults",
        "--datadir=./data",
        f"--user={user}",  # it runs as that user already; without it, it would not run as root
        "--tmpdir=../tmp",
        "--socket=../mariadb.sock",
        f"--pid-file={PID_FILE}",
        "--ssl-cert=../ca.pem",
        "--ssl-key=../key.pem",
        "--init-file=../first.sql",
        "--bind-address=127.0.0.1",
        f"--port={port}",
        "--skip-name-resolve",
        "--skip-log-bin",
        "--default-time-zone=+00:00",
        "--require-secure-transport=ON",
        # On by default from 11.6 only.
        "--loose-innodb-snapshot-isolation=OFF",
        *SMALL,
        *QUICK,
        *(f"--{name.replace('_', '-')}={value}" for name, value in options.items()),
    ]


def _first_statements(admin: str, password: str | None) -> str:
    """What the server does before it lets anybody in."""
    if password is None:
        return ""
    account, proof = f"'{admin}'@'%'", f"IDENTIFIED BY PASSWORD '{_hash(password)}'"
    return (
        f"CREATE USER IF NOT EXISTS {account} {proof};\n"
        f"ALTER USER {account} {proof};\n"
        f"GRANT {PRIVILEGES} ON *.* TO {account} WITH GRANT OPTION;\n"
    )


def _hash(password: str) -> str:
    """What mysql_native_password keeps; the server never sees the password itself."""
    once = hashlib.sha1(password.encode(), usedforsecurity=False).digest()
    return f"*{hashlib.sha1(once, usedforsecurity=False).hexdigest().upper()}"


def _wait_until_ready(server: MariaDb) -> None:
    deadline = time.monotonic() + START_SECONDS
    # Its pid comes once the port is its own.
    while not ((server.directory / "data" / PID_FILE).exists() and _greets(server.port)):
        if not server.is_running:
            raise DatabaseServerError("did not start", last_line(server.log), server.log)
        if time.monotonic() > deadline:
            raise DatabaseServerError("did not start", f"silent for {START_SECONDS} s", server.log)
        time.sleep(0.05)


def _greets(port: int) -> bool:
    """Whether the server says its version, which it does once it lets clients in."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            return b"MariaDB" in connection.recv(256)
    except OSError:
        return False
