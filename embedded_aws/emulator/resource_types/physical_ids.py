"""What `Ref` gives: an instance profile's name and a secret's ARN, where ministack has it reversed.

Launch templates take a profile by name; policies and ParallelCluster take a secret by ARN.
"""

from collections.abc import Callable
from typing import Any

from ministack.services import iam, secretsmanager

from embedded_aws.emulator.cloudformation_types import Attributes, Delete, Made, Properties
from embedded_aws.emulator.seams import wrap_handler

Translate = Callable[[str], str]


def install() -> None:
    """Translate the ids of both types, on the way out and on the way in."""
    _translate("AWS::IAM::InstanceProfile", outward=_name_of_arn, inward=_arn_of_profile)
    _translate("AWS::SecretsManager::Secret", outward=_arn_of_secret, inward=_name_of_secret)


def _translate(type_: str, *, outward: Translate, inward: Translate) -> None:
    def create(made: Made) -> Made:
        def created(*arguments: Any) -> tuple[str, Attributes]:
            physical_id, attributes = made(*arguments)
            return outward(physical_id), attributes

        return created

    def update(made: Made) -> Made:
        def updated(physical_id: str, *rest: Any) -> tuple[str, Attributes]:
            updated_id, attributes = made(inward(physical_id), *rest)
            return outward(updated_id), attributes

        return updated

    def delete(original: Delete) -> Delete:
        def deleted(physical_id: str, properties: Properties) -> None:
            original(inward(physical_id), properties)

        return deleted

    wrap_handler(type_, "create", create)
    wrap_handler(type_, "update", update)
    wrap_handler(type_, "delete", delete)


def _name_of_arn(arn: str) -> str:
    return arn.rpartition("/")[2]


def _arn_of_profile(name: str) -> str:
    profile = iam._lookup_instance_profile(name=name)
    return str(profile["Arn"]) if profile else name


def _arn_of_secret(name: str) -> str:
    return str(secretsmanager._secrets[name]["ARN"])


def _name_of_secret(arn: str) -> str:
    name, secret = secretsmanager._resolve(arn)
    return str(name) if secret else arn
