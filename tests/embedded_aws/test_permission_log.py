"""What a role asked for, and a service on its behalf, can be read afterwards."""

from pathlib import Path

import pytest

from aws_account import ACCOUNT, Account, allow, is_denied, policy, unique
from embedded_aws.emulator_environment import Places
from embedded_aws.permissions import Decision, decisions

TABLES = f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table"


@pytest.fixture(scope="module")
def role(account: Account) -> str:
    """The name of a role that anybody in the account may assume, and that may describe tables."""
    trust = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
        "Action": "sts:AssumeRole",
    }
    name = unique("role")
    iam = account.client("iam")
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy(trust))
    iam.put_role_policy(
        RoleName=name,
        PolicyName="p",
        PolicyDocument=policy(
            allow("dynamodb:CreateTable"),
            allow("iam:PassRole", on="arn:aws:iam::*:role/other"),
            allow("cloudformation:CreateStack"),
        ),
    )
    return name


@pytest.fixture(scope="module")
def session(account: Account, role: str) -> Account:
    """The account as a session of the role."""
    given = account.client("sts").assume_role(
        RoleArn=f"arn:aws:iam::{ACCOUNT}:role/{role}", RoleSessionName="session"
    )["Credentials"]
    return Account(
        emulator=account.emulator,
        access_key=given["AccessKeyId"],
        secret_key=given["SecretAccessKey"],
        session_token=given["SessionToken"],
    )


def asked_by(account: Account, role: str) -> set[tuple[str, str, bool]]:
    return {
        (each.action, each.resource, each.allowed)
        for each in decisions(account.emulator.state)
        if each.role == role
    }


def test_what_a_role_was_allowed_and_what_it_was_refused_is_told_with_the_resource(
    account: Account, session: Account, role: str
) -> None:
    tables = session.client("dynamodb")
    name = unique("table")

    made = is_denied(
        tables.create_table,
        TableName=name,
        AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    deleted = is_denied(tables.delete_table, TableName=name)

    assert (made, deleted) == (False, True)
    assert {
        ("dynamodb:CreateTable", f"{TABLES}/{name}", True),
        ("dynamodb:DeleteTable", f"{TABLES}/{name}", False),
    } <= asked_by(account, role)


def test_a_refused_pass_role_is_told_beside_the_action_that_was_allowed(
    account: Account, session: Account, role: str
) -> None:
    passed = account.role("cloudformation.amazonaws.com")
    name = unique("stack")

    denied = is_denied(
        session.client("cloudformation").create_stack,
        StackName=name,
        TemplateBody="{}",
        RoleARN=passed,
    )

    assert denied
    told = asked_by(account, role)
    assert ("iam:PassRole", passed, False) in told
    assert [resource for action, resource, allowed in told if action.endswith("CreateStack")]


def test_what_cloudformation_does_for_a_stack_is_told_of_the_stack_s_role(account: Account) -> None:
    service_role = account.role("cloudformation.amazonaws.com", allow("sns:*"))
    resources = {
        "Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": unique("topic")}},
        "Queue": {"Type": "AWS::SQS::Queue", "DependsOn": "Topic"},
    }

    account.settled(account.create_stack(resources, RoleARN=service_role))

    told = asked_by(account, service_role.rpartition("/")[2])
    verdicts = {(action, allowed) for action, _, allowed in told}
    assert {("sns:CreateTopic", True), ("sqs:CreateQueue", False)} <= verdicts


def test_a_question_is_told_once_and_the_account_s_root_not_at_all(
    account: Account, session: Account, role: str
) -> None:
    for _ in range(3):
        is_denied(session.client("dynamodb").delete_table, TableName="again")
        account.client("dynamodb").list_tables()

    lines = Places(account.emulator.state).permissions.read_text().splitlines()
    assert len([line for line in lines if role in line and "/again" in line]) == 1
    assert len(lines) == len(set(lines))
    assert not [line for line in lines if "ListTables" in line]


def test_before_any_question_there_is_nothing_to_tell(tmp_path: Path) -> None:
    assert decisions(tmp_path) == frozenset[Decision]()
