"""AWS::SecretsManager::ResourcePolicy and RotationSchedule, real in ministack's service.

It rotates nothing: a schedule is kept with the secret, its function is not called.
"""

import json
from typing import Any

from ministack.services import secretsmanager

from embedded_aws.emulator.cloudformation_types import Attributes, Properties, register

REFUSED = 400


def install() -> None:
    """Register both types."""
    register(
        "AWS::SecretsManager::ResourcePolicy",
        create=_create_policy,
        update=_update_policy,
        delete=_delete_policy,
        required=("ResourcePolicy", "SecretId"),
        updatable=("BlockPublicPolicy", "ResourcePolicy"),
    )
    register(
        "AWS::SecretsManager::RotationSchedule",
        create=_create_schedule,
        update=_update_schedule,
        delete=_delete_schedule,
        required=("SecretId",),
        updatable=("RotateImmediatelyOnUpdate", "RotationLambdaARN", "RotationRules"),
    )


def _check(response: tuple[int, Any, Any]) -> None:
    status, _, body = response
    if status >= REFUSED:
        raise ValueError(json.loads(body).get("message") or body)


def _create_policy(properties: Properties) -> tuple[str, Attributes]:
    policy = json.dumps(properties["ResourcePolicy"])
    secret_id = properties["SecretId"]
    _check(secretsmanager._put_resource_policy({"SecretId": secret_id, "ResourcePolicy": policy}))
    return secret_id, {"Id": secret_id}


def _update_policy(secret_id: str, _: Properties, new: Properties) -> Attributes:
    _create_policy(new)
    return {"Id": secret_id}


def _delete_policy(secret_id: str, _: Properties) -> None:
    if _secret(secret_id) is not None:
        _check(secretsmanager._delete_resource_policy({"SecretId": secret_id}))


def _secret(secret_id: str) -> dict[str, Any] | None:
    secret: dict[str, Any] | None = secretsmanager._resolve(secret_id)[1]
    return secret


def _create_schedule(properties: Properties) -> tuple[str, Attributes]:
    secret_id = properties["SecretId"]
    secret = _secret(secret_id)
    if secret is None:
        raise ValueError(f"Secrets Manager can't find the specified secret: {secret_id}")
    rules = properties.get("RotationRules")
    function = properties.get("RotationLambdaARN")
    secret["RotationEnabled"] = True
    secret |= {"RotationRules": rules} if rules else {}
    secret |= {"RotationLambdaARN": function} if function else {}
    return secret_id, {"Id": secret_id}


def _update_schedule(secret_id: str, _: Properties, new: Properties) -> Attributes:
    _create_schedule(new)
    return {"Id": secret_id}


def _delete_schedule(secret_id: str, _: Properties) -> None:
    secret = _secret(secret_id)
    if secret is not None:
        secret["RotationEnabled"] = False
        secret.pop("RotationRules", None)
        secret.pop("RotationLambdaARN", None)
