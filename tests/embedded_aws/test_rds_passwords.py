"""The master user's password is the customer's, or a secret that RDS manages."""

import json
from collections.abc import Iterator

import pytest

import databases
from aws_account import Account
from databases import Database, refusal_code


@pytest.fixture(scope="module")
def instance(account: Account) -> Iterator[Database]:
    with databases.database(account) as made:
        yield made


def test_the_managed_password_is_a_secret_of_rds(instance: Database) -> None:
    secret = instance.described["MasterUserSecret"]
    described = instance.account.client("secretsmanager").describe_secret(
        SecretId=secret["SecretArn"]
    )

    assert secret["SecretStatus"] == "active"
    assert ":kms:" in secret["KmsKeyId"]
    assert described["Name"].startswith("rds!db-")
    assert described["RotationEnabled"]
    assert described["OwningService"] == "rds"
    assert instance.secret.keys() == {"username", "password"}
    assert instance.secret["username"] == "master"


def test_rotation_gives_a_password_that_holds_and_ends_the_one_before(instance: Database) -> None:
    secrets = instance.account.client("secretsmanager")
    arn = instance.described["MasterUserSecret"]["SecretArn"]
    before = instance.secret["password"]

    secrets.rotate_secret(SecretId=arn)

    previous = secrets.get_secret_value(SecretId=arn, VersionStage="AWSPREVIOUS")
    assert json.loads(previous["SecretString"])["password"] == before
    assert instance.secret["password"] != before
    assert instance.ask("SELECT 1") == "1\n"
    assert "Access denied" in instance.ask("SELECT 1", before)


def test_rds_rotates_too_and_nobody_else_changes_the_secret(instance: Database) -> None:
    secrets = instance.account.client("secretsmanager")
    arn = instance.described["MasterUserSecret"]["SecretArn"]
    before = instance.secret["password"]

    instance.account.client("rds").modify_db_instance(
        DBInstanceIdentifier=instance.identifier,
        RotateMasterUserPassword=True,
        ApplyImmediately=True,
    )

    assert instance.secret["password"] != before
    assert instance.ask("SELECT 1") == "1\n"
    assert refusal_code(secrets.put_secret_value, SecretId=arn, SecretString="{}") == (
        "InvalidRequestException"
    )
    assert refusal_code(secrets.delete_secret, SecretId=arn) == "InvalidRequestException"


def test_a_password_of_ones_own_holds_and_can_be_changed(account: Account) -> None:
    with databases.database(
        account, ManageMasterUserPassword=None, MasterUserPassword="first-of-mine"
    ) as mine:
        first = mine.ask("SELECT 1", "first-of-mine")

        account.client("rds").modify_db_instance(
            DBInstanceIdentifier=mine.identifier, MasterUserPassword="second-of-mine"
        )

        assert first == "1\n"
        assert mine.ask("SELECT 1", "second-of-mine") == "1\n"
        assert "Access denied" in mine.ask("SELECT 1", "first-of-mine")
        assert "MasterUserSecret" not in mine.described


def test_rds_takes_over_a_password_and_gives_it_back(account: Account) -> None:
    rds = account.client("rds")
    with databases.database(
        account, ManageMasterUserPassword=None, MasterUserPassword="first-of-mine"
    ) as mine:
        which = {"DBInstanceIdentifier": mine.identifier}

        rds.modify_db_instance(**which, ManageMasterUserPassword=True)
        managed, refused = mine.ask("SELECT 1"), mine.ask("SELECT 1", "first-of-mine")
        without = refusal_code(rds.modify_db_instance, **which, ManageMasterUserPassword=False)
        rds.modify_db_instance(
            **which, ManageMasterUserPassword=False, MasterUserPassword="second-of-mine"
        )

        assert managed == "1\n"
        assert "Access denied" in refused
        assert without == "InvalidParameterCombination"
        assert mine.ask("SELECT 1", "second-of-mine") == "1\n"
        assert "MasterUserSecret" not in mine.described
