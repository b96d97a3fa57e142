"""DryRun says whether a request would succeed, and does nothing."""

import pytest

from aws_account import Account, allow, refusal, unique


@pytest.mark.parametrize(
    ("action", "arguments"),
    [
        ("run_instances", {"ImageId": "ami-1", "MinCount": 1, "MaxCount": 1}),
        ("create_key_pair", {"KeyName": "of-a-dry-run"}),
        ("describe_instance_types", {}),
        ("create_vpc", {"CidrBlock": "10.0.0.0/16"}),
    ],
)
def test_what_would_succeed_is_answered_with_412(
    account: Account, action: str, arguments: dict[str, object]
) -> None:
    error = refusal(getattr(account.client("ec2"), action), DryRun=True, **arguments)

    assert error is not None
    assert error.response["Error"]["Code"] == "DryRunOperation"
    assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 412


def test_nothing_is_made(account: Account) -> None:
    name = unique("key")
    ec2 = account.client("ec2")

    refusal(ec2.create_key_pair, KeyName=name, DryRun=True)

    assert refusal(ec2.describe_key_pairs, KeyNames=[name]) is not None


def test_who_may_not_is_told_so(account: Account) -> None:
    user = account.user(allow("ec2:DescribeImages")).client("ec2")

    error = refusal(user.create_key_pair, KeyName="x", DryRun=True)

    assert error is not None
    assert error.response["Error"]["Code"] == "UnauthorizedOperation"
