"""The keys of a cluster's users: made by EC2, kept in Secrets Manager."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from cluster_api.aws.faults import code_of, passing_faults
from cluster_api.model import KeyPairs, Record
from cluster_api.names import (
    SECRETS,
    key_pair_name,
    owner_of_key_pair,
    owner_of_secret,
    project_tags,
    secret_name,
)
from cluster_api.openssh import public_key
from cluster_api.survey import KeptKeys

if TYPE_CHECKING:
    from mypy_boto3_ec2 import EC2Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_secretsmanager.type_defs import TagTypeDef

_USERS = ("admin", "sim")


@dataclass(frozen=True, kw_only=True)
class AwsKeys:
    """ED25519 key pairs in EC2 and their private halves in Secrets Manager."""

    ec2: "EC2Client"
    secrets_manager: "SecretsManagerClient"
    # Empty where keys are only destroyed.
    encryption_key_arn: str = ""

    def make(self, record: Record) -> KeyPairs:
        """See Keys."""
        private = {user: self._make_pair(record, user) for user in _USERS}
        arns = {user: self._keep(record, user, private[user]) for user in _USERS}
        return KeyPairs(
            admin_key_arn=arns["admin"],
            sim_key_arn=arns["sim"],
            sim_public_key=public_key(private["sim"]),
        )

    def destroy(self, cluster_name: str, keys: str) -> None:
        """See Keys."""
        for user in _USERS:
            self._delete_pair(key_pair_name(cluster_name, keys, user))
            self._delete_secret(secret_name(cluster_name, keys, user))

    def kept(self) -> Sequence[KeptKeys]:
        """See Keys."""
        newest: dict[tuple[str, str], datetime] = {}
        for owner, made_at in [*self._pairs(), *self._secrets()]:
            newest[owner] = max(made_at, newest.get(owner, made_at))
        return [
            KeptKeys(cluster_name=cluster_name, keys=keys, newest_at=made_at)
            for (cluster_name, keys), made_at in newest.items()
        ]

    def _pairs(self) -> Iterator[tuple[tuple[str, str], datetime]]:
        with passing_faults("EC2"):
            pairs = self.ec2.describe_key_pairs(
                Filters=[{"Name": "key-name", "Values": [key_pair_name("pcluster-*", "*", "*")]}]
            )["KeyPairs"]
        for pair in pairs:
            if owner := owner_of_key_pair(pair["KeyName"]):
                yield owner, pair["CreateTime"]

    def _secrets(self) -> Iterator[tuple[tuple[str, str], datetime]]:
        with passing_faults("Secrets Manager"):
            pages = self.secrets_manager.get_paginator("list_secrets").paginate(
                Filters=[{"Key": "name", "Values": [SECRETS]}]
            )
            secrets = [secret for page in pages for secret in page["SecretList"]]
        for secret in secrets:
            if owner := owner_of_secret(secret["Name"]):
                yield owner, secret["CreatedDate"]

    def _make_pair(self, record: Record, user: str) -> str:
        name = key_pair_name(record.cluster_name, record.keys, user)
        try:
            return self._create_pair(record, name)
        except ClientError as error:
            if code_of(error) != "InvalidKeyPair.Duplicate":
                raise
        # A request died here; its private half is lost, or in a secret that nobody was told of.
        self._delete_pair(name)
        return self._create_pair(record, name)

    def _create_pair(self, record: Record, name: str) -> str:
        with passing_faults("EC2"):
            answer = self.ec2.create_key_pair(
                KeyName=name,
                KeyType="ed25519",
                KeyFormat="pem",
                TagSpecifications=[{"ResourceType": "key-pair", "Tags": _tags(record)}],
            )
        return answer["KeyMaterial"]

    def _keep(self, record: Record, user: str, private_key: str) -> str:
        name = secret_name(record.cluster_name, record.keys, user)
        try:
            with passing_faults("Secrets Manager"):
                return self.secrets_manager.create_secret(
                    Name=name,
                    Description=f"The private SSH key of {user} on {record.cluster_name}",
                    KmsKeyId=self.encryption_key_arn,
                    SecretString=private_key,
                    Tags=_tags(record),
                )["ARN"]
        except ClientError as error:
            if code_of(error) != "ResourceExistsException":
                raise
        with passing_faults("Secrets Manager"):
            return self.secrets_manager.put_secret_value(SecretId=name, SecretString=private_key)[
                "ARN"
            ]

    def _delete_pair(self, name: str) -> None:
        try:
            with passing_faults("EC2"):
                self.ec2.delete_key_pair(KeyName=name)
        except ClientError as error:
            if code_of(error) != "InvalidKeyPair.NotFound":
                raise

    def _delete_secret(self, name: str) -> None:
        try:
            with passing_faults("Secrets Manager"):
                self.secrets_manager.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)
        except ClientError as error:
            if code_of(error) != "ResourceNotFoundException":
                raise


def _tags(record: Record) -> "list[TagTypeDef]":
    return [{"Key": name, "Value": value} for name, value in project_tags(record.project).items()]
