"""The keys of encrypted buckets: used through S3 only, as far as S3 lets one read or write.

Nodes use them through Secrets Manager too: their database's password has the key of their data.

Sources: Amazon S3 user guide, "Using server-side encryption with AWS KMS keys (SSE-KMS)"; Secrets
Manager user guide, "Secret encryption and decryption in AWS Secrets Manager".
"""

from collections.abc import Sequence

from aws_cdk import Aws
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms


def read_through_s3(keys: Sequence[kms.IKey]) -> list[iam.PolicyStatement]:
    """Have S3 decrypt objects; no statement without keys."""
    return _through("DecryptObjects", ["kms:Decrypt"], keys, "s3")


def write_through_s3(keys: Sequence[kms.IKey]) -> list[iam.PolicyStatement]:
    """Have S3 encrypt and decrypt objects; no statement without keys."""
    return _through("EncryptObjects", ["kms:Decrypt", "kms:GenerateDataKey"], keys, "s3")


def read_on_nodes(keys: Sequence[kms.IKey]) -> list[iam.PolicyStatement]:
    """Have S3 decrypt objects, and Secrets Manager a password; no statement without keys."""
    return _through("DecryptForNodes", ["kms:Decrypt"], keys, "s3", "secretsmanager")


def _through(
    sid: str, actions: list[str], keys: Sequence[kms.IKey], *services: str
) -> list[iam.PolicyStatement]:
    if not keys:
        return []
    names = [f"{service}.{Aws.REGION}.amazonaws.com" for service in services]
    return [
        iam.PolicyStatement(
            sid=sid,
            actions=actions,
            resources=[key.key_arn for key in keys],
            conditions={"StringEquals": {"kms:ViaService": names if names[1:] else names[0]}},
        )
    ]
