"""What a server has before it starts: its directory, a certificate, the system's tables."""

import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from embedded_aws import certificate
from embedded_aws.errors import DatabaseServerError
from embedded_aws.mariadb import programs
from embedded_aws.mariadb.keeper import as_user

# Nothing here outlives the machine, so nothing waits for a disk: seconds less for a new server.
QUICK = ("--loose-debug-no-sync", "--loose-innodb-flush-method=nosync")
# What a server of the demonstration's size needs, at most.
SMALL = ("--innodb-log-file-size=8M", "--innodb-buffer-pool-size=32M", "--performance-schema=OFF")


@dataclass(frozen=True, kw_only=True)
class Identity:
    """What a server proves itself by: a certificate that is its own authority, its key; PEM."""

    certificate: Path
    key: Path


def prepare(
    directory: Path, user: str, *, identity: Identity | None, begin_with: Path | None
) -> None:
    """Have the directory, certificate and data; only what isn't there is made."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    _give(directory, user)
    (directory / "tmp").mkdir(mode=0o700, exist_ok=True)
    _give(directory / "tmp", user)
    ca, key = directory / "ca.pem", directory / "key.pem"
    if identity is not None:
        ca.write_bytes(identity.certificate.read_bytes())
        write(key, identity.key.read_text(), user)
    elif not ca.exists():
        certificate.write(certificate=ca, key=key)
        _give(key, user)
    if (directory / "data").exists():
        return
    # Under another name until it is complete: an interrupted one is made anew.
    unfinished = directory / "data.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    if begin_with is None:
        _make_data(directory, user)
    else:
        copy(begin_with, unfinished)
        for path in (unfinished, *unfinished.rglob("*")):
            _give(path, user)
    unfinished.rename(directory / "data")


def copy(data: Path, target: Path) -> None:
    """Copy a data directory whose server is stopped, or stands still."""
    shutil.copytree(data, target, ignore=shutil.ignore_patterns("*.pid", "*.sock"))


def _make_data(directory: Path, user: str) -> None:
    log = directory / "mariadb-install-db.log"
    with log.open("wb") as printed:
        made = subprocess.run(
            [
                str(programs.program(programs.MAKE_DATA)),
                *("--no-defaults", "--datadir=./data.unfinished"),
                *("--skip-test-db", "--skip-name-resolve"),
                "--auth-root-authentication-method=socket",
                f"--auth-root-socket-user={programs.account()}",
                *SMALL,
                *QUICK,
            ],
            cwd=directory,
            env=programs.environment(),
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=subprocess.STDOUT,
            check=False,
            **as_user(user),
        )
    if made.returncode:
        raise DatabaseServerError("has no data directory", last_line(log), log)


def write(file: Path, text: str, user: str) -> None:
    """Write what only the server may read."""
    file.unlink(missing_ok=True)
    file.touch(mode=0o600)
    file.write_text(text)
    _give(file, user)


def _give(path: Path, user: str) -> None:
    if user:
        shutil.chown(path, user, pwd.getpwnam(user).pw_gid)


def last_line(log: Path) -> str:
    """The last error in a log, else its last line."""
    lines = log.read_text(errors="replace").splitlines()
    errors = [line for line in lines if "[ERROR]" in line and "Aborting" not in line]
    return next(iter([*errors[-1:], *lines[-1:]]), "it ended without a word")
