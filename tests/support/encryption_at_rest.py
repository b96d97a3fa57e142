"""What lies somewhere, with which key: the table is written by hand.

Where a type names its key is CloudFormation's reference of resource types.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from encryption_world import EncryptionWorld

# Where a type names its key, and which of ours it should be.
KEY_OF_TYPE: dict[str, tuple[tuple[str | int, ...], str]] = {
    "AWS::DynamoDB::Table": (("SSESpecification", "KMSMasterKeyId"), "Records"),
    "AWS::Logs::LogGroup": (("KmsKeyId",), "Records"),
    "AWS::EFS::FileSystem": (("KmsKeyId",), "Data"),
    "AWS::FSx::FileSystem": (("KmsKeyId",), "Data"),
    "AWS::S3::Bucket": (
        (
            "BucketEncryption",
            "ServerSideEncryptionConfiguration",
            0,
            "ServerSideEncryptionByDefault",
            "KMSMasterKeyID",
        ),
        "Data",
    ),
    # Of the database: nodes read it, who must not use the key of private SSH keys.
    "AWS::SecretsManager::Secret": (("KmsKeyId",), "Data"),
    "AWS::RDS::DBInstance": (("KmsKeyId",), "Data"),
    "AWS::ECR::Repository": (("EncryptionConfiguration", "KmsKey"), "Data"),
    "AWS::SNS::Topic": (("KmsMasterKeyId",), "Records"),
    "AWS::SQS::Queue": (("KmsMasterKeyId",), "Records"),
    "AWS::Events::EventBus": (("KmsKeyIdentifier",), "Records"),
    "AWS::StepFunctions::StateMachine": (("EncryptionConfiguration", "KmsKeyId"), "Records"),
}

# What has no key of ours: stack, beginning of the logical id, why.
WITHOUT = [
    (
        "ImageRepository",
        "ClusterProvider",
        "holds published code and nothing of projects; ECR's own key lets the stack be the first",
    ),
    ("SharedData", "AccessLogs", "S3 delivers access logs to buckets with its own keys only"),
    ("Surroundings", "Public", "stands in for a bucket of others"),
    ("Surroundings", "Projects", "stands in for a bucket of others"),
    (
        "Provisioner",
        "DeadLettersQueue",
        "holds events and ids, no secret; SQS's own key asks no function and no rule for a"
        " permission more",
    ),
    ("Provisioner", "ClusterEventsBus", "keeps nothing: no archive, no replay"),
    (
        "Provisioner",
        "ClusterProviderFrameworkwaiterstatemachine",
        "CDK's provider framework takes no key for its waiter; AWS's own encrypts it",
    ),
    (
        "Provisioner",
        "MetadataImportFrameworkwaiterstatemachine",
        "CDK's provider framework takes no key for its waiter; AWS's own encrypts it",
    ),
    (
        "Provisioner",
        "DeletionsStateMachine",
        "is given ids and answers numbers; whoever begins an execution would need the key too",
    ),
]


def at_rest_differences(world: EncryptionWorld) -> Iterator[str]:
    """What has another key than it should, or none."""
    for stack, id_, type_, properties in world.all_resources(*KEY_OF_TYPE):
        path, key = KEY_OF_TYPE[type_]
        found = _at(properties, path)
        expected = None if reason(stack, id_) else world.key_arn(key)
        if found != expected:
            yield f"{type_} {stack}.{id_}: its key is {found}, not {expected}"


def reason(stack: str, id_: str) -> str | None:
    """Why it has no key of ours, if there is a reason."""
    reasons = (why for of, begins, why in WITHOUT if of == stack and id_.startswith(begins))
    return next(reasons, None)


def in_transit_differences(world: EncryptionWorld) -> Iterator[str]:
    """What would let itself be used without TLS: buckets, queues, topics, file systems of ours."""
    for stack, template in world.templates.items():
        policies = {
            kind: [p for _, p in world.resources_of(stack, f"AWS::{kind}Policy")]
            for kind in ("S3::Bucket", "SQS::Queue", "SNS::Topic")
        }
        for id_, resource in template["Resources"].items():
            match resource["Type"]:
                case "AWS::S3::Bucket":
                    own = [p for p in policies["S3::Bucket"] if f"<{id_}>" in str(p["Bucket"])]
                    documents = [p["PolicyDocument"] for p in own]
                case "AWS::SQS::Queue":
                    own = [p for p in policies["SQS::Queue"] if f"<{id_}>" in str(p["Queues"])]
                    documents = [p["PolicyDocument"] for p in own]
                case "AWS::SNS::Topic":
                    own = [p for p in policies["SNS::Topic"] if f"<{id_}>" in str(p["Topics"])]
                    documents = [p["PolicyDocument"] for p in own]
                case "AWS::EFS::FileSystem":
                    documents = [resource["Properties"].get("FileSystemPolicy", {"Statement": []})]
                case _:
                    continue
            if not any(_denies_all_without_tls(document) for document in documents):
                yield f"{resource['Type']} {stack}.{id_}: nothing denies what comes without TLS"


def _denies_all_without_tls(document: Any) -> bool:
    return any(
        statement["Effect"] == "Deny"
        and statement["Principal"] in ("*", {"AWS": "*"})
        and statement["Action"] in _EVERYTHING_OF_USE
        and statement.get("Condition") == {"Bool": {"aws:SecureTransport": "false"}}
        for statement in document["Statement"]
    )


# Of a topic all that needs no other way in: CDK's statement names it alone.
_EVERYTHING_OF_USE = ("*", "s3:*", "sqs:*", "elasticfilesystem:*", "sns:Publish")


def _at(properties: Any, path: Sequence[str | int]) -> Any:
    for step in path:
        try:
            properties = properties[step]
        except (KeyError, IndexError):
            return None
    return properties
