"""Secrets that CloudFormation has generated are as the template wants them."""

import json
import string
from typing import Any

import pytest

from aws_account import Account
from deployed import deploy, reason_of_failure


def secret(**wanted: Any) -> dict[str, Any]:
    return {
        "Secret": {
            "Type": "AWS::SecretsManager::Secret",
            "Properties": {"GenerateSecretString": wanted},
        }
    }


def generated(account: Account, **wanted: Any) -> str:
    stack = deploy(account, secret(**wanted))
    answer = account.client("secretsmanager").get_secret_value(SecretId=stack.ids["Secret"])
    stack.delete()
    return str(answer["SecretString"])


def test_without_a_template_it_is_the_bare_password(account: Account) -> None:
    password = generated(
        account, PasswordLength=40, ExcludePunctuation=True, ExcludeCharacters="0O1lI"
    )

    assert len(password) == 40
    assert set(password) <= set(string.ascii_letters + string.digits) - set("0O1lI")


def test_each_kind_of_character_is_in_it_that_is_not_excluded(account: Account) -> None:
    password = generated(account, PasswordLength=4)

    kinds = (string.ascii_lowercase, string.ascii_uppercase, string.digits, string.punctuation)
    assert all(set(password) & set(kind) for kind in kinds)


def test_with_a_template_it_is_in_the_templates_json(account: Account) -> None:
    text = generated(
        account,
        SecretStringTemplate=json.dumps({"username": "slurm"}),
        GenerateStringKey="password",
        ExcludePunctuation=True,
    )

    content = json.loads(text)
    assert content["username"] == "slurm"
    assert len(content["password"]) == 32


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        ({"SecretStringTemplate": "{}"}, "must be given together"),
        ({"SecretStringTemplate": "{", "GenerateStringKey": "p"}, "no JSON object"),
        ({"PasswordLength": 5000}, "PasswordLength"),
    ],
)
def test_what_cannot_be_generated_fails_the_stack(
    account: Account, wanted: dict[str, Any], reason: str
) -> None:
    assert reason in reason_of_failure(account, secret(**wanted), "Secret")
