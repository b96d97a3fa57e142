"""The environment is read once, and all that is wrong with it is said at once."""

from pathlib import Path

import pytest

from accounting_database.errors import InvalidSettings
from accounting_database.settings import parse_database_settings, parse_purge_settings

ENVIRONMENT = {
    "DATABASE_HOST": "db.example",
    "DATABASE_PORT": "3306",
    "DATABASE_CA_FILE": "/var/task/authorities.pem",
    "DATABASE_SECRET_ARN": "arn:secret",
    "RETENTION_DAYS": "365",
}


def test_a_whole_environment_becomes_settings() -> None:
    settings = parse_purge_settings(ENVIRONMENT)

    assert settings.retention_days == 365
    assert settings.database == parse_database_settings(ENVIRONMENT)
    assert settings.database.port == 3306
    assert settings.database.ca_file == Path("/var/task/authorities.pem")


def test_everything_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(InvalidSettings, match=r"^InvalidSettings: ") as refusal:
        parse_purge_settings({})

    needed = set(ENVIRONMENT) - {"DATABASE_CA_FILE"}
    assert all(f"{name} is missing" in str(refusal.value) for name in needed)


def test_without_authorities_of_its_own_it_trusts_whom_openssl_does() -> None:
    others = {name: ENVIRONMENT[name] for name in ENVIRONMENT if name != "DATABASE_CA_FILE"}

    assert parse_database_settings(others).ca_file is None


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("DATABASE_PORT", "0", "DATABASE_PORT is '0', not a whole number of 1 to 65535"),
        ("DATABASE_PORT", "3306.0", "DATABASE_PORT is '3306.0'"),
        ("RETENTION_DAYS", "0", "RETENTION_DAYS is '0', not a whole number of 1 to 3650"),
        ("RETENTION_DAYS", "-1", "RETENTION_DAYS is '-1'"),
    ],
)
def test_a_wrong_value_is_named(name: str, value: str, says: str) -> None:
    with pytest.raises(InvalidSettings) as refusal:
        parse_purge_settings(ENVIRONMENT | {name: value})

    assert says in str(refusal.value)
