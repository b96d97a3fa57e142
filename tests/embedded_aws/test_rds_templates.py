"""A stack's instance is a real database, with its groups and its secret."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from aws_account import CLOUDFORMATION, Account, allow, unique
from databases import FAMILY, VERSION, Database, network_in_two_zones
from deployed import Deployed, deploy, reason_of_failure


def resources(name: str, **properties: Any) -> dict[str, Any]:
    """A network, the groups, and an instance of this name."""
    return {
        **network_in_two_zones("10.99.0.0/16"),
        "Subnets": {
            "Type": "AWS::RDS::DBSubnetGroup",
            "Properties": {
                "DBSubnetGroupDescription": "two zones",
                "SubnetIds": [{"Ref": "Subnet"}, {"Ref": "Second"}],
            },
        },
        "Parameters": {
            "Type": "AWS::RDS::DBParameterGroup",
            "Properties": {
                "Family": FAMILY,
                "Description": "ours",
                "Parameters": {
                    "innodb_buffer_pool_size": "{DBInstanceClassMemory*3/4}",
                    "innodb_lock_wait_timeout": "900",
                    "innodb_snapshot_isolation": "0",
                    "log_output": "FILE",
                    "require_secure_transport": "1",
                },
            },
        },
        "Database": {
            "Type": "AWS::RDS::DBInstance",
            "DeletionPolicy": "Delete",
            "Properties": {
                "DBInstanceIdentifier": name,
                "Engine": "mariadb",
                "EngineVersion": VERSION,
                "DBInstanceClass": "db.t4g.medium",
                "AllocatedStorage": "20",
                "MaxAllocatedStorage": 200,
                "MasterUsername": "master",
                "ManageMasterUserPassword": True,
                "DBSubnetGroupName": {"Ref": "Subnets"},
                "DBParameterGroupName": {"Ref": "Parameters"},
                "VPCSecurityGroups": [{"Ref": "Group"}],
                "EnableCloudwatchLogsExports": ["error"],
                "EnablePerformanceInsights": True,
                "DatabaseInsightsMode": "standard",
                "Port": "3306",
                "Tags": [{"Key": "use", "Value": "tests"}],
                **properties,
            },
        },
    }


@pytest.fixture(scope="module")
def name() -> str:
    return unique("db")


@pytest.fixture(scope="module")
def stack(account: Account, name: str) -> Iterator[Deployed]:
    made = deploy(
        account,
        resources(name),
        Address=("Database", "Endpoint.Address"),
        Port=("Database", "Endpoint.Port"),
        Secret=("Database", "MasterUserSecret.SecretArn"),
        Arn=("Database", "DBInstanceArn"),
    )
    yield made
    account.delete_stack(made.stack_id)


@pytest.fixture
def instance(account: Account, stack: Deployed) -> Database:
    return Database(account=account, identifier=stack.ids["Database"])


def test_its_attributes_lead_to_the_database(
    account: Account, stack: Deployed, instance: Database
) -> None:
    described = instance.described
    secret = account.client("secretsmanager").get_secret_value(SecretId=stack.outputs["Secret"])

    assert stack.outputs["Address"] == described["Endpoint"]["Address"] == "127.0.0.1"
    assert stack.outputs["Port"] == str(described["Endpoint"]["Port"])
    assert stack.outputs["Arn"] == described["DBInstanceArn"]
    password = json.loads(secret["SecretString"])["password"]
    assert instance.ask("SELECT @@innodb_lock_wait_timeout", password) == "900\n"


def test_it_has_the_tags_of_the_stack_and_its_groups(stack: Deployed, instance: Database) -> None:
    described = instance.described
    tags = {tag["Key"]: tag["Value"] for tag in described["TagList"]}

    assert tags["use"] == "tests"
    assert tags["aws:cloudformation:stack-id"] == stack.stack_id
    assert described["DBSubnetGroup"]["DBSubnetGroupName"] == stack.ids["Subnets"]
    assert described["VpcSecurityGroups"][0]["VpcSecurityGroupId"] == stack.ids["Group"]


def test_an_update_changes_it_in_place_and_its_data_stay(
    stack: Deployed, instance: Database, name: str
) -> None:
    instance.ask("CREATE DATABASE kept")
    before = instance.described["DbiResourceId"]
    changed = resources(
        name,
        DeletionProtection=True,
        AllocatedStorage="30",
        EnableCloudwatchLogsExports=["slowquery"],
    )
    changed["Parameters"]["Properties"]["Parameters"]["long_query_time"] = "3"

    stack.update(changed)

    described = instance.described
    assert described["DbiResourceId"] == before
    assert described["AllocatedStorage"] == 30
    assert described["EnabledCloudwatchLogsExports"] == ["slowquery"]
    assert instance.ask("SELECT @@GLOBAL.long_query_time") == "3.000000\n"
    assert "kept\n" in instance.ask("SHOW DATABASES")


def test_a_protected_instance_keeps_its_stack(
    account: Account, stack: Deployed, instance: Database, name: str
) -> None:
    stack.update(resources(name, AllocatedStorage="30", DeletionProtection=True))

    kept = account.delete_stack(stack.stack_id)
    state = instance.state
    account.client("rds").modify_db_instance(
        DBInstanceIdentifier=instance.identifier, DeletionProtection=False
    )
    gone = account.delete_stack(stack.stack_id)

    assert (kept, state) == ("DELETE_FAILED", "available")
    assert (gone, instance.state) == ("DELETE_COMPLETE", "gone")


def test_its_own_deletion_policy_leaves_a_snapshot(account: Account) -> None:
    rds = account.client("rds")
    written = resources(unique("db"))
    written["Database"]["DeletionPolicy"] = "Snapshot"
    made = deploy(account, {"Database": _alone(written["Database"])})
    identifier = made.ids["Database"]

    made.delete()

    snapshots = rds.describe_db_snapshots(DBInstanceIdentifier=identifier)["DBSnapshots"]
    assert [snapshot["Status"] for snapshot in snapshots] == ["available"]
    rds.delete_db_snapshot(DBSnapshotIdentifier=snapshots[0]["DBSnapshotIdentifier"])


def test_what_rds_refuses_fails_the_stack_with_its_reason(account: Account) -> None:
    database = _alone(resources(unique("db"))["Database"])
    database["Properties"]["AllocatedStorage"] = "5"

    assert "Invalid storage size" in reason_of_failure(account, {"D": database}, "D")


def test_the_stacks_role_must_be_able_to_make_the_instance_and_its_secret(
    account: Account,
) -> None:
    database = {"D": _alone(resources(unique("db"))["Database"])}

    def reason(*statements: dict[str, Any]) -> str:
        role = account.role(CLOUDFORMATION, *statements)
        made = account.create_stack(database, RoleARN=role)
        account.settled(made)
        told = dict(account.events(made, "D")).get("CREATE_FAILED", "")
        account.delete_stack(made)
        return told

    of_instances = allow("rds:*", on="arn:aws:rds:*:*:db:*")
    of_groups = allow("rds:CreateDBInstance", on="arn:aws:rds:*:*:*:*")
    describing = allow("rds:DescribeDBInstances")

    assert ":pg:" in reason(of_instances)
    assert "secretsmanager:CreateSecret" in reason(of_instances, of_groups, describing)


def _alone(database: dict[str, Any]) -> dict[str, Any]:
    references = ("DBSubnetGroupName", "DBParameterGroupName", "VPCSecurityGroups")
    kept = {name: value for name, value in database["Properties"].items() if name not in references}
    return {**database, "Properties": kept}
