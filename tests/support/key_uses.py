"""Who may do what with which key, and through which service: a table, written by hand."""

from collections.abc import Callable, Iterator

from encryption_world import KEYS, EncryptionWorld
from iam_evaluation import Principal
from key_use import Use, bare, logs, role, uses
from key_uses_of_settings import further_uses

EVERYTHING = {
    "Version": "2012-10-17",
    "Statement": [{"Sid": "Everything", "Effect": "Allow", "Action": "*", "Resource": "*"}],
}
_LUSTRE = "aws-service-role/s3.data-source.lustre.fsx.amazonaws.com/AWSServiceRoleForFSxS3Access_"


def _administrator(world: EncryptionWorld) -> Principal:
    account = world.settings.account
    arn = f"arn:aws:iam::{account}:role/admin"
    return Principal(arn=arn, account=account, policies=[EVERYTHING])


WHO: dict[str, Callable[[EncryptionWorld], Principal]] = {
    "Workflow Service": EncryptionWorld.caller,
    "another role": bare("another"),
    "administrator": _administrator,
    "API": role("Provisioner", "ApiFunctionServiceRole"),
    "reconciler": role("Provisioner", "ReconcilerFunctionServiceRole"),
    "reservation": role("Provisioner", "ReservationFunctionServiceRole"),
    "stack events": role("Provisioner", "StackEventsFunctionServiceRole"),
    "cluster events": role("Provisioner", "ClusterEventsFunctionServiceRole"),
    "deletion": role("Provisioner", "DeletionsFunctionServiceRole"),
    "guard": role("Provisioner", "ScratchGuardFunctionServiceRole"),
    "import": role("Provisioner", "MetadataImportOnEventServiceRole"),
    "import asking": role("Provisioner", "MetadataImportIsCompleteServiceRole"),
    "provider": role("Provisioner", "ClusterProviderOnEventServiceRole"),
    "provider asking": role("Provisioner", "ClusterProviderIsCompleteServiceRole"),
    "projects' stacks": role("Provisioner", "ProjectStacksRole"),
    "accounting": role("Provisioner", "AccountingFunctionServiceRole"),
    "purge": role("Provisioner", "AccountingPurgeServiceRole"),
    "usage": role("Provisioner", "AccountingUsageServiceRole"),
    "node": EncryptionWorld.node,
    "node with every policy": lambda world: world.node(EVERYTHING),
    "Lustre": bare(f"{_LUSTRE}fs-0123456789abcdef0"),
    "Lustre elsewhere": bare(f"{_LUSTRE}fs-0123456789abcdef0", account="999999999999"),
    "a role called like Lustre's": bare("AWSServiceRoleForFSxS3Access_fs-0123456789abcdef0"),
    "Logs": lambda world: Principal(arn=f"logs.{world.settings.region}.amazonaws.com"),
    "Logs elsewhere": lambda world: Principal(arn="logs.eu-west-1.amazonaws.com"),
}


_FOR_AWS = {"GrantIsForAWSResource": "true"}

USES: list[Use] = [
    *uses("Workflow Service", "Decrypt", "Secrets", "secretsmanager", allowed=True),
    *uses("Workflow Service", "Decrypt", "Secrets", None, "ssm", allowed=False),
    *uses("Workflow Service", "Encrypt", "Secrets", "secretsmanager", allowed=False),
    *uses("Workflow Service", "Decrypt", "Data", None, "s3", allowed=False),
    *uses("Workflow Service", "Decrypt", "Records", None, "dynamodb", allowed=False),
    *uses("another role", "Decrypt", "Secrets", None, "secretsmanager", allowed=False),
    *uses("another role", "Decrypt", "Data", None, "s3", allowed=False),
    *uses("another role", "Decrypt", "Records", None, "dynamodb", "logs", allowed=False),
    # Who administers keys can always put another policy; but not without being seen.
    *uses("administrator", "PutKeyPolicy", "Secrets", None, allowed=True),
    *uses("administrator", "Decrypt", "Secrets", "secretsmanager", allowed=True),
    *uses("administrator", "Decrypt", "Secrets", None, allowed=False),
    *uses("administrator", "GenerateDataKey", "Secrets", None, allowed=False),
    *uses("administrator", "CreateGrant", "Data", "elasticfilesystem", allowed=True),
    *uses("administrator", "CreateGrant", "Records", "dynamodb", allowed=True),
    *uses("API", "GenerateDataKey", "Secrets", "secretsmanager", allowed=True),
    *uses("API", "Decrypt", "Secrets", None, "s3", allowed=False),
    *uses("API", "Decrypt", "Data", None, "s3", allowed=False),
    *uses("reconciler", "Decrypt", "Secrets", None, "secretsmanager", allowed=False),
    *uses("reservation", "Decrypt", "Secrets", "secretsmanager", allowed=False),
    *uses("stack events", "Decrypt", "Secrets", "secretsmanager", allowed=False),
    *uses("cluster events", "Decrypt", "Records", "dynamodb", allowed=True),
    *uses("cluster events", "Decrypt", "Records", None, allowed=False),
    *uses("cluster events", "Encrypt", "Records", "dynamodb", allowed=False),
    *(
        use
        for who in (
            "API",
            "reconciler",
            "reservation",
            "stack events",
            "deletion",
            "guard",
            "import",
            "import asking",
            "provider",
        )
        for verb in ("Decrypt", "Encrypt", "GenerateDataKey", "ReEncryptFrom", "DescribeKey")
        for use in (
            *uses(who, verb, "Records", "dynamodb", allowed=True),
            *uses(who, verb, "Records", None, "logs", allowed=False),
        )
    ),
    *uses("deletion", "GenerateDataKey", "Data", "s3", allowed=True),
    *uses("deletion", "GenerateDataKey", "Data", None, "fsx", allowed=False),
    *uses("deletion", "Decrypt", "Secrets", "secretsmanager", allowed=False),
    *uses("guard", "Decrypt", "Data", "s3", allowed=True),
    *uses("guard", "Decrypt", "Data", None, "fsx", allowed=False),
    *uses("guard", "GenerateDataKey", "Data", "s3", allowed=False),
    *uses("import", "Decrypt", "Data", "s3", allowed=False),
    *uses("provider asking", "Encrypt", "Records", "dynamodb", allowed=True),
    *uses("provider asking", "Encrypt", "Records", None, allowed=False),
    *uses("provider", "GenerateDataKey", "Data", "s3", allowed=True),
    *uses("provider", "GenerateDataKey", "Data", None, "fsx", allowed=False),
    *uses("provider", "Decrypt", "Secrets", "secretsmanager", allowed=False),
    *uses("provider asking", "Decrypt", "Data", "s3", allowed=True),
    *uses("provider asking", "Decrypt", "Data", None, allowed=False),
    *uses("provider asking", "GenerateDataKey", "Data", "s3", allowed=False),
    *uses("projects' stacks", "GenerateDataKeyWithoutPlaintext", "Data", "fsx", allowed=True),
    *uses("projects' stacks", "Decrypt", "Data", None, "s3", allowed=False),
    *uses("projects' stacks", "GenerateDataKey", "Data", "secretsmanager", allowed=True),
    *uses("projects' stacks", "GenerateDataKey", "Data", None, "s3", allowed=False),
    *uses("accounting", "Decrypt", "Data", "secretsmanager", allowed=True),
    *uses("accounting", "Decrypt", "Data", None, "s3", allowed=False),
    *uses("accounting", "GenerateDataKey", "Data", "secretsmanager", allowed=False),
    *(
        use
        for who in ("accounting", "purge", "usage")
        for use in (
            *uses(who, "Decrypt", "Secrets", "secretsmanager", allowed=True),
            *uses(who, "Decrypt", "Secrets", None, "ssm", allowed=False),
            *uses(who, "GenerateDataKey", "Secrets", "secretsmanager", allowed=False),
            *uses(who, "Decrypt", "Records", None, "dynamodb", allowed=False),
        )
    ),
    *uses("purge", "Decrypt", "Data", "secretsmanager", allowed=False),
    *uses("usage", "Decrypt", "Data", "secretsmanager", allowed=False),
    *uses("projects' stacks", "CreateGrant", "Data", "fsx", allowed=True, **_FOR_AWS),
    *uses("projects' stacks", "CreateGrant", "Data", None, allowed=False, **_FOR_AWS),
    *uses("projects' stacks", "CreateGrant", "Data", "fsx", allowed=False),
    *uses("projects' stacks", "Decrypt", "Secrets", "secretsmanager", allowed=False),
    *(
        use
        for who in ("node", "node with every policy")
        for use in (
            *uses(who, "Decrypt", "Data", "s3", "secretsmanager", allowed=True),
            *uses(who, "Decrypt", "Data", None, "elasticfilesystem", allowed=False),
            *uses(who, "GenerateDataKey", "Data", "s3", allowed=False),
            *uses(who, "Decrypt", "Secrets", None, "secretsmanager", "s3", allowed=False),
            *uses(who, "Decrypt", "Records", None, "dynamodb", "s3", allowed=False),
        )
    ),
    *uses("Lustre", "Decrypt", "Data", "s3", allowed=True),
    *uses("Lustre", "GenerateDataKey", "Data", "s3", allowed=True),
    *uses("Lustre", "Decrypt", "Data", None, "fsx", allowed=False),
    *uses("Lustre", "Decrypt", "Secrets", "s3", allowed=False),
    *uses("Lustre elsewhere", "Decrypt", "Data", "s3", allowed=False),
    *uses("a role called like Lustre's", "Decrypt", "Data", "s3", allowed=False),
    logs("Logs", "HpcProvisioner-Network-RejectedTraffic-a1", allowed=True),
    logs("Logs", "/hpc/jobs/pcluster-a-0123abcd", allowed=True),
    logs("Logs", "/aws/rds/instance/hpc-accounting/error", allowed=True),
    logs("Logs", "/aws/rds/instance/another/error", allowed=False),
    logs("Logs", "/aws/lambda/another", allowed=False),
    logs("Logs", "HpcProvisioner-Network-RejectedTraffic-a1", key="Data", allowed=False),
    logs("Logs elsewhere", "/hpc/jobs/pcluster-a-0123abcd", allowed=False),
]


def key_use_differences(world: EncryptionWorld) -> Iterator[str]:
    """Every row that is not as it should be."""
    further = list(further_uses(world.settings))
    who = WHO | {name: principal for each in further for name, principal in each.who.items()}
    principals = {name: principal(world) for name, principal in who.items()}
    policies = {key: world.key_policy(key) for key in KEYS}
    for use in (*USES, *(use for each in further for use in each.uses)):
        if difference := use.difference(world, principals[use.who], policies[use.key]):
            yield difference
