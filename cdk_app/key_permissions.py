"""What our roles may do with our keys: through one service each, never by themselves.

Sources: DynamoDB developer guide, "DynamoDB encryption at rest: key policies"; FSx for Lustre user
guide, "Amazon FSx key policies for AWS KMS"; KMS developer guide, "kms:ViaService".
"""

from collections.abc import Sequence

from aws_cdk import Aws, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from cdk_app.settings import StorageSettings
from hpc_constructs import JOB_RECORDS


def through(service: str, region: str) -> dict[str, str]:
    """What a condition compares: the request comes from the service, for whoever called it."""
    return {"kms:ViaService": f"{service}.{region}.amazonaws.com"}


def read_registry(key: kms.IKey) -> iam.PolicyStatement:
    """Let DynamoDB decrypt for who reads the registry or its stream."""
    return _use([key], "dynamodb", "DecryptRegistry", "kms:Decrypt", "kms:DescribeKey")


def write_registry(key: kms.IKey) -> iam.PolicyStatement:
    """Let DynamoDB decrypt and encrypt for who writes to the registry."""
    return _use(
        [key],
        "dynamodb",
        "EncryptRegistry",
        "kms:Decrypt",
        "kms:DescribeKey",
        "kms:Encrypt",
        "kms:GenerateDataKey",
        "kms:GenerateDataKeyWithoutPlaintext",
        "kms:ReEncryptFrom",
        "kms:ReEncryptTo",
    )


def encrypt_projects_stacks(stack: Stack, key: kms.IKey) -> list[iam.PolicyStatement]:
    """Have FSx encrypt a cluster's Lustre with `key`, and Logs its job records with theirs.

    FSx goes on by a grant. Logs uses the key that a group is associated with in its own name.
    """
    job_records = f"log-group:{JOB_RECORDS}/*:*"
    return [
        iam.PolicyStatement(
            sid="EncryptJobRecords",
            actions=["logs:AssociateKmsKey"],
            resources=[f"arn:{Aws.PARTITION}:logs:{stack.region}:{stack.account}:{job_records}"],
        ),
        _use(
            [key],
            "fsx",
            "EncryptLustre",
            "kms:Decrypt",
            "kms:DescribeKey",
            "kms:GenerateDataKeyWithoutPlaintext",
        ),
        iam.PolicyStatement(
            sid="GrantKeyToLustre",
            actions=["kms:CreateGrant"],
            resources=[key.key_arn],
            conditions={
                "StringEquals": through("fsx", Stack.of(key).region),
                "Bool": {"kms:GrantIsForAWSResource": "true"},
            },
        ),
    ]


def keys_of_others(scope: Construct, storage: StorageSettings) -> tuple[kms.IKey, ...]:
    """The keys of the existing buckets that the settings name."""
    return tuple(
        kms.Key.from_key_arn(scope, f"BucketKey{number}", arn)
        for number, arn in enumerate(storage.bucket_key_arns, start=1)
    )


def through_s3(keys: Sequence[kms.IKey], sid: str, *actions: str) -> iam.PolicyStatement:
    """Have S3 use the keys of buckets."""
    return _use(keys, "s3", sid, *actions)


def through_secrets_manager(key: kms.IKey, sid: str, *actions: str) -> iam.PolicyStatement:
    """Have Secrets Manager use the key of secrets."""
    return _use([key], "secretsmanager", sid, *actions)


def _use(keys: Sequence[kms.IKey], service: str, sid: str, *actions: str) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        sid=sid,
        actions=list(actions),
        resources=[key.key_arn for key in keys],
        conditions={"StringEquals": through(service, Stack.of(keys[0]).region)},
    )
