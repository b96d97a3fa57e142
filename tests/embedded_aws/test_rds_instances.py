"""An instance is a real MariaDB, and goes through RDS's states."""

from collections.abc import Iterator

import pytest

import databases
from aws_account import Account, refusal, unique
from databases import Database, refusal_code


@pytest.fixture(scope="module")
def instance(account: Account) -> Iterator[Database]:
    tags = [{"Key": "use", "Value": "tests"}]
    with databases.database(
        account, Tags=tags, EnableCloudwatchLogsExports=["error", "slowquery"], MultiAZ=True
    ) as made:
        yield made


def test_it_answers_where_its_endpoint_says(instance: Database) -> None:
    described = instance.described

    assert described["Endpoint"]["Address"] == "127.0.0.1"
    assert instance.ask("SELECT CURRENT_USER()") == "master@%\n"
    assert described["MultiAZ"]
    assert described["EnabledCloudwatchLogsExports"] == ["error", "slowquery"]
    assert described["TagList"] == [{"Key": "use", "Value": "tests"}]


def test_a_stopped_instance_refuses_connections_and_has_its_data_when_started(
    instance: Database,
) -> None:
    rds = instance.account.client("rds")
    instance.ask("CREATE DATABASE kept")
    port = instance.described["Endpoint"]["Port"]

    stopping = rds.stop_db_instance(DBInstanceIdentifier=instance.identifier)["DBInstance"]
    stopped, refused = instance.settled(), instance.ask("SELECT 1")
    again = refusal_code(rds.stop_db_instance, DBInstanceIdentifier=instance.identifier)
    rds.start_db_instance(DBInstanceIdentifier=instance.identifier)

    assert (stopping["DBInstanceStatus"], stopped) == ("stopping", "stopped")
    assert "Can't connect" in refused
    assert again == "InvalidDBInstanceState"
    assert instance.settled() == "available"
    assert "kept\n" in instance.ask("SHOW DATABASES")
    assert instance.described["Endpoint"]["Port"] == port


def test_a_reboot_comes_back(instance: Database) -> None:
    answer = instance.account.client("rds").reboot_db_instance(
        DBInstanceIdentifier=instance.identifier
    )

    assert answer["DBInstance"]["DBInstanceStatus"] == "rebooting"
    assert instance.settled() == "available"
    assert instance.ask("SELECT 1") == "1\n"


def test_a_protected_instance_stays_and_one_without_a_last_snapshot_must_say_so(
    instance: Database,
) -> None:
    rds = instance.account.client("rds")
    which = {"DBInstanceIdentifier": instance.identifier}

    rds.modify_db_instance(**which, DeletionProtection=True)
    protected = refusal(rds.delete_db_instance, **which, SkipFinalSnapshot=True)
    rds.modify_db_instance(**which, DeletionProtection=False)
    undecided = refusal_code(rds.delete_db_instance, **which)

    assert protected is not None
    assert "disable deletion protection" in str(protected)
    assert undecided == "InvalidParameterCombination"
    assert instance.settled() == "available"


def test_what_is_changed_shows_and_what_cannot_be_is_refused(instance: Database) -> None:
    rds = instance.account.client("rds")
    which = {"DBInstanceIdentifier": instance.identifier, "ApplyImmediately": True}

    rds.modify_db_instance(
        **which,
        AllocatedStorage=40,
        BackupRetentionPeriod=14,
        CloudwatchLogsExportConfiguration={
            "EnableLogTypes": ["audit"],
            "DisableLogTypes": ["slowquery"],
        },
    )

    described = instance.described
    assert described["AllocatedStorage"] == 40
    assert described["BackupRetentionPeriod"] == 14
    assert described["EnabledCloudwatchLogsExports"] == ["error", "audit"]
    assert refusal_code(rds.modify_db_instance, **which, AllocatedStorage=20) == (
        "InvalidParameterCombination"
    )
    assert refusal_code(rds.modify_db_instance, **which, MasterUserPassword="0123456789") == (
        "InvalidParameterCombination"
    )


def test_instances_are_listed_in_pages(account: Account, instance: Database) -> None:
    rds = account.client("rds")

    listed = rds.describe_db_instances(MaxRecords=20)
    beyond = rds.describe_db_instances(MaxRecords=20, Marker=instance.identifier)

    assert instance.identifier in [i["DBInstanceIdentifier"] for i in listed["DBInstances"]]
    assert instance.identifier not in [i["DBInstanceIdentifier"] for i in beyond["DBInstances"]]
    assert refusal_code(rds.describe_db_instances, MaxRecords=5) == "InvalidParameterValue"


def test_a_creation_takes_as_long_as_ordered_and_fails_as_ordered(account: Account) -> None:
    name = unique("db")
    databases.order(account, name, seconds=60)

    made = databases.make(account, DBInstanceIdentifier=name)
    first = made.described["DBInstanceStatus"]
    databases.order(account, name, failure="no room")
    last = made.settled()
    made.delete()

    assert (first, last) == ("creating", "failed")
    assert made.state == "gone"
