"""What RDS does is allowed by IAM first: on each resource that a request names."""

from collections.abc import Iterator
from typing import Any

import pytest

import databases
from aws_account import Account, allow, is_denied, refusal, unique
from databases import Database

OURS = "arn:aws:rds:us-east-1:000000000000"
SECRET = "arn:aws:secretsmanager:us-east-1:000000000000:secret:rds!db-*"


@pytest.fixture(scope="module")
def instance(account: Account) -> Iterator[Database]:
    with databases.database(account, Tags=[{"Key": "a", "Value": "1"}]) as made:
        yield made


def denial(call: Any, **arguments: Any) -> str:
    error = refusal(call, **arguments)
    return "" if error is None else str(error)


def test_each_action_is_allowed_on_its_instance(account: Account, instance: Database) -> None:
    mine = f"{OURS}:db:{instance.identifier}"
    rds = account.user(
        allow("rds:DescribeDBInstances"), allow("rds:ListTagsForResource", on=mine)
    ).client("rds")

    assert not is_denied(rds.describe_db_instances)
    assert not is_denied(rds.list_tags_for_resource, ResourceName=mine)
    assert is_denied(rds.list_tags_for_resource, ResourceName=mine + "0")
    assert is_denied(rds.stop_db_instance, DBInstanceIdentifier=instance.identifier)


def test_a_creation_is_allowed_by_instance_groups_tags_and_secret(account: Account) -> None:
    verb, name = "rds:CreateDBInstance", unique("db")
    asked = databases.wanted(DBInstanceIdentifier=name, Tags=[{"Key": "a", "Value": "1"}])
    of_instance = allow(verb, on=f"{OURS}:db:{name}")
    of_parameters = allow(verb, on=f"{OURS}:pg:default.*")
    of_others = [allow(verb, on=f"{OURS}:{kind}:default*") for kind in ("og", "subgrp")]
    tagging = allow("rds:AddTagsToResource", on=f"{OURS}:db:{name}")
    secrets = allow("secretsmanager:CreateSecret", "secretsmanager:TagResource", on=SECRET)

    def denied(*statements: dict[str, Any]) -> str:
        return denial(account.user(*statements).client("rds").create_db_instance, **asked)

    assert ":pg:default" in denied(of_instance)
    assert ":subgrp:default" in denied(of_instance, of_parameters)
    groups = (of_instance, of_parameters, *of_others)
    assert "rds:AddTagsToResource" in denied(*groups)
    assert "secretsmanager:CreateSecret" in denied(*groups, tagging)
    assert "kms:DescribeKey" in denied(*groups, tagging, secrets)
    assert denied(*groups, tagging, secrets, allow("kms:DescribeKey")) == ""
    Database(account=account, identifier=name).delete()


def test_conditions_see_the_tags_of_an_instance(account: Account, instance: Database) -> None:
    def changing(value: str) -> Any:
        tagged = {"StringEquals": {"aws:ResourceTag/a": value}}
        user = account.user(allow("rds:ModifyDBInstance", **tagged))
        return user.client("rds").modify_db_instance

    asked = {"DBInstanceIdentifier": instance.identifier, "BackupRetentionPeriod": 3}
    assert is_denied(changing("2"), **asked)
    assert not is_denied(changing("1"), **asked)
