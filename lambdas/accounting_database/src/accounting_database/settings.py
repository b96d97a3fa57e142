"""The process environment, parsed once into frozen settings; every fault is named at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from accounting_database.errors import InvalidSettings

_HIGHEST_PORT = 65535
_LONGEST_RETENTION_DAYS = 3650


@dataclass(frozen=True, kw_only=True)
class DatabaseSettings:
    """Where the server is, who vouches for its certificate, and who administers it.

    Without a `ca_file` (PEM) those vouch whom OpenSSL trusts: `SSL_CERT_FILE`, if it is set.
    """

    host: str
    port: int
    ca_file: Path | None
    secret_arn: str


@dataclass(frozen=True, kw_only=True)
class PurgeSettings:
    """The server, and how long a released schema stays."""

    database: DatabaseSettings
    retention_days: int


def parse_database_settings(environment: Mapping[str, str]) -> DatabaseSettings:
    """The settings that every function has. Raises InvalidSettings."""
    variables = _Variables(environment)
    settings = _database(variables)
    variables.check()
    return settings


def parse_purge_settings(environment: Mapping[str, str]) -> PurgeSettings:
    """The settings of the purge's function. Raises InvalidSettings."""
    variables = _Variables(environment)
    settings = PurgeSettings(
        database=_database(variables),
        retention_days=variables.number("RETENTION_DAYS", 1, _LONGEST_RETENTION_DAYS),
    )
    variables.check()
    return settings


def _database(variables: "_Variables") -> DatabaseSettings:
    return DatabaseSettings(
        host=variables.text("DATABASE_HOST"),
        port=variables.number("DATABASE_PORT", 1, _HIGHEST_PORT),
        ca_file=variables.file("DATABASE_CA_FILE"),
        secret_arn=variables.text("DATABASE_SECRET_ARN"),
    )


class _Variables:
    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._problems: list[str] = []

    def check(self) -> None:
        if self._problems:
            raise InvalidSettings(self._problems)

    def text(self, name: str) -> str:
        value = self._environment.get(name, "")
        if not value:
            self._problems.append(f"{name} is missing")
        return value

    def file(self, name: str) -> Path | None:
        value = self._environment.get(name)
        return Path(value) if value else None

    def number(self, name: str, least: int, most: int) -> int:
        value = self.text(name)
        if value.isdecimal() and least <= int(value) <= most:
            return int(value)
        if value:
            self._problems.append(f"{name} is {value!r}, not a whole number of {least} to {most}")
        return least
