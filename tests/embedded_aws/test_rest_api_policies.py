"""A REST API's resource policy: whom it lets in, by role, and what the gateway answers."""

import json
from typing import Any

import pytest

from aws_account import Account, allow, policy, unique
from rest_api import FORBIDDEN, RestApi, rest_api

ROOT = {"Principal": {"AWS": "arn:aws:iam::000000000000:root"}, "Action": "sts:AssumeRole"}
PATH = "/team/services/"


def assumable_role(account: Account, *statements: Any) -> str:
    """The ARN of a role with a path, which the account's root may assume."""
    iam = account.client("iam")
    name = unique("role")
    role = iam.create_role(
        RoleName=name, Path=PATH, AssumeRolePolicyDocument=policy({"Effect": "Allow", **ROOT})
    )
    iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=policy(*statements))
    return str(role["Role"]["Arn"])


def session(account: Account, role: str) -> Account:
    """The account as a session of the role."""
    given = account.client("sts").assume_role(RoleArn=role, RoleSessionName="session")[
        "Credentials"
    ]
    return Account(
        emulator=account.emulator,
        access_key=given["AccessKeyId"],
        secret_key=given["SecretAccessKey"],
        session_token=given["SessionToken"],
    )


def only(*principals: str) -> dict[str, Any]:
    """A resource policy that denies everybody else."""
    call = {"Action": "execute-api:Invoke", "Resource": "execute-api:/*"}
    return json.loads(
        policy(
            {"Effect": "Allow", "Principal": {"AWS": list(principals)}, **call},
            {
                "Effect": "Deny",
                "Principal": {"AWS": "*"},
                "Condition": {"ArnNotEquals": {"aws:PrincipalArn": list(principals)}},
                **call,
            },
        )
    )


@pytest.fixture(scope="module")
def named(account: Account) -> str:
    return assumable_role(account, allow("sts:GetCallerIdentity"))


@pytest.fixture(scope="module")
def api(account: Account, named: str) -> RestApi:
    return rest_api(
        account,
        policy=only(named),
        answers={
            "DEFAULT_4XX": '{"message":$context.error.messageString,"id":"$context.requestId"}'
        },
    )


def test_the_session_of_a_role_that_is_named_is_let_in_by_the_policy_alone(
    api: RestApi, account: Account, named: str
) -> None:
    answer = api.call("GET", "/hpc-provisioner/pcluster", session(account, named))

    assert answer.status_code == 200


def test_another_role_is_denied_whatever_it_may_by_its_own_policy(
    api: RestApi, account: Account
) -> None:
    administrator = session(account, assumable_role(account, allow("*")))

    answer = api.call("GET", "/hpc-provisioner/pcluster", administrator)

    assert answer.status_code == FORBIDDEN
    assert "explicit deny" in answer.json()["message"]


def test_the_account_s_root_is_denied_too(api: RestApi, account: Account) -> None:
    answer = api.call("GET", "/hpc-provisioner/pcluster", account)

    assert answer.status_code == FORBIDDEN


def test_a_denial_is_answered_by_the_stage_s_gateway_response(
    api: RestApi, account: Account
) -> None:
    answer = api.call("GET", "/hpc-provisioner/pcluster", account)

    assert answer.json()["id"] == answer.headers["x-amzn-requestid"]


def test_an_unsigned_call_lacks_an_authentication_token(api: RestApi) -> None:
    answer = api.call("GET", "/hpc-provisioner/pcluster", None)

    assert answer.status_code == FORBIDDEN
    assert answer.json()["message"] == "Missing Authentication Token"
    assert answer.json()["id"]


def test_without_a_policy_the_root_may_call(account: Account) -> None:
    answer = rest_api(account).call("GET", "/hpc-provisioner/pcluster", account)

    assert answer.status_code == 200
