"""Every statement of every key's policy, written by hand."""

from collections.abc import Iterator
from typing import Any

from encryption_world import KEYS, EncryptionWorld

_USE = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*"]


def key_policy_differences(world: EncryptionWorld) -> Iterator[str]:
    """Whom a key's policy admits and shouldn't, and the other way round."""
    expected = admitted(world)
    for name in KEYS:
        found = [_comparable(it) for it in world.key(name)["KeyPolicy"]["Statement"]]
        wanted = [_comparable(it) for it in (_account_s(world), *expected[name])]
        yield from (f"key {name} admits: {it}" for it in found if it not in wanted)
        yield from (f"key {name} doesn't admit: {it}" for it in wanted if it not in found)


def _account_s(world: EncryptionWorld) -> dict[str, Any]:
    """Leaves the account's identities to their own policies; the only `kms:*`."""
    return {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{world.settings.account}:root"},
        "Action": "kms:*",
    }


def admitted(world: EncryptionWorld) -> dict[str, list[dict[str, Any]]]:
    """Every statement of every key's policy but the account's, as it should be, by key."""
    account, region = world.settings.account, world.settings.region
    groups = f"arn:aws:logs:{region}:{account}:log-group"
    lustre = "aws-service-role/s3.data-source.lustre.fsx.amazonaws.com/AWSServiceRoleForFSxS3Access"
    secrets_manager = {"kms:ViaService": f"secretsmanager.{region}.amazonaws.com"}
    return {
        "Data": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": "*"},
                "Action": [*_USE, "kms:DescribeKey"],
                "Condition": {
                    "StringEquals": {
                        "kms:CallerAccount": account,
                        "kms:ViaService": f"s3.{region}.amazonaws.com",
                    },
                    "ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{account}:role/{lustre}_fs-*"},
                },
            },
        ],
        "Records": [
            {
                "Effect": "Allow",
                "Principal": {"Service": f"logs.{region}.amazonaws.com"},
                "Action": [
                    *("kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*"),
                    "kms:Describe*",
                ],
                "Condition": {
                    "ArnLike": {
                        "kms:EncryptionContext:aws:logs:arn": [
                            f"{groups}:HpcProvisioner-*",
                            f"{groups}:/hpc/jobs/*",
                            f"{groups}:/aws/rds/instance/hpc-*",
                        ]
                    }
                },
            },
            *([_alarms(account, region)] if _writes_itself(world) else []),
        ],
        "Secrets": [
            {
                "Effect": "Deny",
                "Principal": {"AWS": "*"},
                "Action": _USE,
                "Condition": {"StringNotEquals": secrets_manager},
            },
            {
                "Effect": "Allow",
                "Principal": {"AWS": world.caller().arn},
                "Action": ["kms:Decrypt"],
                "Condition": {"StringEquals": secrets_manager},
            },
        ],
    }


def _writes_itself(world: EncryptionWorld) -> bool:
    """Whether alarms go to a topic of ours, which is encrypted with the key of records."""
    return bool(world.settings.alarms and world.settings.alarms.emails)


def _alarms(account: str, region: str) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Principal": {"Service": "cloudwatch.amazonaws.com"},
        "Action": ["kms:Decrypt", "kms:GenerateDataKey*"],
        "Condition": {
            "StringEquals": {"aws:SourceAccount": account},
            "ArnLike": {"aws:SourceArn": f"arn:aws:cloudwatch:{region}:{account}:alarm:*"},
        },
    }


def _comparable(statement: dict[str, Any]) -> dict[str, Any]:
    actions = statement["Action"]
    listed = sorted([actions] if isinstance(actions, str) else actions)
    named = {key: value for key, value in statement.items() if key not in ("Sid", "Resource")}
    return {**named, "Action": listed}
