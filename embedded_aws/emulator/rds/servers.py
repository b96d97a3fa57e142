"""The server of each instance: a real MariaDB, its data below the emulator's state."""

import os
import shutil
from pathlib import Path
from typing import Any

from embedded_aws import mariadb
from embedded_aws.emulator.rds import server_options
from embedded_aws.mariadb import Identity, MariaDb

HOST = "127.0.0.1"

# By the instance's resource id.
_running: dict[str, MariaDb] = {}


def start(
    instance: dict[str, Any], password: str | None = None, begin_with: Path | None = None
) -> None:
    """Start an instance's server as its parameter group says; its port is the instance's."""
    server = mariadb.start(
        directory(instance),
        admin=instance["MasterUsername"],
        password=password,
        port=instance["Endpoint"]["Port"],
        options=server_options.of(instance),
        # Whoever trusts the emulator trusts its databases, as on AWS with RDS's own authority.
        identity=Identity(
            certificate=Path(os.environ["MINISTACK_SSL_CERT"]),
            key=Path(os.environ["MINISTACK_SSL_KEY"]),
        ),
        begin_with=begin_with,
    )
    _running[instance["DbiResourceId"]] = server


def stop(instance: dict[str, Any]) -> None:
    """Stop it, if it runs; its data stay."""
    server = _running.pop(instance["DbiResourceId"], None)
    if server is not None:
        server.stop()


def running(instance: dict[str, Any]) -> MariaDb | None:
    """Give the server of an instance that runs."""
    server = _running.get(instance["DbiResourceId"])
    return server if server is not None and server.is_running else None


def remove(instance: dict[str, Any]) -> None:
    """Lose the data of an instance that is stopped."""
    shutil.rmtree(directory(instance), ignore_errors=True)


def directory(instance: dict[str, Any]) -> Path:
    """Where an instance's server has all it has."""
    return databases() / str(instance["DbiResourceId"])


def databases() -> Path:
    """Where all servers and snapshots are: gone with the emulator's state."""
    return Path(os.environ["TMPDIR"]) / "databases"
