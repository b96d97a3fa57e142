"""A snapshot is what the instance's data were when it was taken, and outlives the instance."""

from collections.abc import Iterator

import pytest

import databases
from aws_account import Account, unique
from databases import Database, refusal_code


@pytest.fixture(scope="module")
def instance(account: Account) -> Iterator[Database]:
    with databases.database(account) as made:
        yield made


def test_with_it_go_its_data_and_its_secret_but_not_its_last_snapshot(account: Account) -> None:
    rds = account.client("rds")
    tags = [{"Key": "use", "Value": "tests"}]
    made = databases.make(account, Tags=tags, CopyTagsToSnapshot=True)
    assert made.settled() == "available"
    described, snapshot = made.described, unique("last")
    data = account.emulator.state / "tmp" / "databases" / described["DbiResourceId"]
    assert data.exists()

    deleting = rds.delete_db_instance(
        DBInstanceIdentifier=made.identifier, FinalDBSnapshotIdentifier=snapshot
    )

    assert deleting["DBInstance"]["DBInstanceStatus"] == "deleting"
    assert made.settled() == "gone"
    assert not data.exists()
    kept = rds.describe_db_snapshots(DBSnapshotIdentifier=snapshot)["DBSnapshots"][0]
    assert kept["TagList"] == tags
    secret = described["MasterUserSecret"]["SecretArn"]
    assert refusal_code(account.client("secretsmanager").get_secret_value, SecretId=secret) == (
        "ResourceNotFoundException"
    )
    rds.delete_db_snapshot(DBSnapshotIdentifier=snapshot)


def test_a_restored_instance_has_what_was_there_when_the_snapshot_was_taken(
    account: Account, instance: Database
) -> None:
    rds, snapshot = account.client("rds"), unique("snapshot")
    instance.ask("CREATE DATABASE shot; CREATE TABLE shot.t (a INT); INSERT INTO shot.t VALUES (1)")
    rds.create_db_snapshot(DBInstanceIdentifier=instance.identifier, DBSnapshotIdentifier=snapshot)
    instance.ask("INSERT INTO shot.t VALUES (2)")

    name = unique("db")
    rds.restore_db_instance_from_db_snapshot(
        DBInstanceIdentifier=name, DBSnapshotIdentifier=snapshot, DBInstanceClass="db.t4g.small"
    )

    restored = Database(account=account, identifier=name)
    assert restored.settled() == "available"
    assert restored.ask("SELECT a FROM shot.t", instance.secret["password"]) == "1\n"
    assert instance.ask("SELECT COUNT(*) FROM shot.t") == "2\n"
    restored.delete()
    rds.delete_db_snapshot(DBSnapshotIdentifier=snapshot)
    missing = refusal_code(
        rds.restore_db_instance_from_db_snapshot,
        DBInstanceIdentifier=name,
        DBSnapshotIdentifier=snapshot,
    )
    assert missing == "DBSnapshotNotFound"
