"""The secret in which RDS keeps a master user's password that it manages."""

import json
import uuid
from collections.abc import Callable
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import rds, secretsmanager

from embedded_aws.emulator.rds import servers
from embedded_aws.emulator.rds.asked import Asked
from embedded_aws.emulator.rds.errors import RdsError
from embedded_aws.emulator.seams import wrap

OWNER = "rds"
ROTATED_AFTER_DAYS = 7
LENGTH = 28
NOT_IN_PASSWORDS = "/@\"' \\"
Respond = Callable[[dict[str, Any]], Any]


def install() -> None:
    """Rotate our secrets when Secrets Manager is asked to; let nobody else change them."""
    wrap("services.secretsmanager._rotate_secret", _rotating)
    wrap("services.secretsmanager._describe_secret", _naming_owner)
    for name in ("_delete_secret", "_put_secret_value", "_update_secret"):
        wrap(f"services.secretsmanager.{name}", _refusing)


def create(instance: dict[str, Any], asked: Asked) -> str:
    """Make the secret of an instance; give the password that is in it."""
    password = _new_password()
    name = f"rds!db-{uuid.uuid4()}"
    arn = secretsmanager.create_secret_in_process(
        name,
        _content(instance, password),
        description=f"The secret associated with the primary RDS DB instance: "
        f"{instance['DBInstanceArn']}",
    )
    key = _key(asked.text("MasterUserSecretKmsKeyId"))
    secret = secretsmanager._secrets[name]
    secret |= {
        "OwningService": OWNER,
        "KmsKeyId": key,
        "RotationEnabled": True,
        "RotationRules": {"AutomaticallyAfterDays": ROTATED_AFTER_DAYS},
        "Tags": [
            {"Key": "aws:secretsmanager:owningService", "Value": OWNER},
            {"Key": "aws:rds:primaryDBInstanceArn", "Value": instance["DBInstanceArn"]},
        ],
    }
    instance["MasterUserSecret"] = {"SecretArn": arn, "SecretStatus": "active", "KmsKeyId": key}
    return password


def rotate(instance: dict[str, Any]) -> str:
    """Give the master user another password, in the server first; give the version's id."""
    server = servers.running(instance)
    if server is None or instance["DBInstanceStatus"] != "available":
        raise RdsError(
            "InvalidDBInstanceState",
            f"DBInstance {instance['DBInstanceIdentifier']} is "
            f"{instance['DBInstanceStatus']}, not available: its password can't be rotated",
        )
    password = _new_password()
    server.set_password(password)
    secret = _secret(instance["MasterUserSecret"]["SecretArn"])
    version: str = secretsmanager._publish_new_version(
        secret, secret_string=_content(instance, password)
    )
    return version


def remove(instance: dict[str, Any]) -> None:
    """Delete the secret, with which the instance's password is gone."""
    secret = instance.pop("MasterUserSecret", None)
    if secret:
        secretsmanager.delete_secret_in_process(secret["SecretArn"])


def _content(instance: dict[str, Any], password: str) -> str:
    return json.dumps({"username": instance["MasterUsername"], "password": password})


def _new_password() -> str:
    made = secretsmanager._get_random_password(
        {"PasswordLength": LENGTH, "ExcludeCharacters": NOT_IN_PASSWORDS}
    )
    return str(json.loads(made[2])["RandomPassword"])


def _key(asked: str) -> str:
    """The key's ARN: the one asked for, else AWS's own for Secrets Manager."""
    if asked.startswith("arn:"):
        return asked
    kind = asked or "alias/aws/secretsmanager"
    kind = kind if kind.startswith("alias/") else f"key/{kind}"
    return f"arn:aws:kms:{get_region()}:{get_account_id()}:{kind}"


def _secret(name: str) -> dict[str, Any]:
    secret: dict[str, Any] = secretsmanager._resolve(name)[1] or {}
    return secret


def _rotating(original: Respond) -> Respond:
    def rotate_secret(data: dict[str, Any]) -> Any:
        secret = _secret(str(data.get("SecretId") or ""))
        if secret.get("OwningService") != OWNER:
            return original(data)
        owners = (each for each in rds._instances.values() if each.get("MasterUserSecret"))
        instance = next(
            each for each in owners if each["MasterUserSecret"]["SecretArn"] == secret["ARN"]
        )
        try:
            version = rotate(instance)
        except RdsError as refusal:
            return secretsmanager.error_response_json(
                "InvalidRequestException", refusal.message, 400
            )
        told = {"ARN": secret["ARN"], "Name": secret["Name"], "VersionId": version}
        return secretsmanager.json_response(told)

    return rotate_secret


def _naming_owner(original: Respond) -> Respond:
    def describe_secret(data: dict[str, Any]) -> Any:
        answer = original(data)
        owner = _secret(str(data.get("SecretId") or "")).get("OwningService")
        if not owner:
            return answer
        return secretsmanager.json_response({**json.loads(answer[2]), "OwningService": owner})

    return describe_secret


def _refusing(original: Respond) -> Respond:
    def respond(data: dict[str, Any]) -> Any:
        if _secret(str(data.get("SecretId") or "")).get("OwningService") != OWNER:
            return original(data)
        return secretsmanager.error_response_json(
            "InvalidRequestException",
            "You can't perform this operation on a secret that is managed by another service: rds",
            400,
        )

    return respond
