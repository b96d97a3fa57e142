"""Stack `Keys`: three keys, told apart by who needs them; everything else stands on it.

A key's policy leaves the account's roles to their own policies (the first statement, which KMS
wants, or nobody could mend a policy), and names whoever has none: services and other owners' roles.
What our roles may do with a key is in `key_permissions`.

Sources: CloudWatch Logs user guide, "Encrypt log data using AWS KMS"; FSx for Lustre user guide,
"Working with server-side encrypted Amazon S3 buckets"; KMS developer guide, "kms:ViaService".
"""

from collections.abc import Sequence

from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from cdk_app.alarm_topic import publish_encrypted
from cdk_app.environment_stack import DATABASE_LOGS, STACK_PREFIX, EnvironmentStack
from cdk_app.key_permissions import through
from cdk_app.settings import Settings
from hpc_constructs import JOB_RECORDS

LUSTRE_S3_SERVICE = "s3.data-source.lustre.fsx.amazonaws.com"
# One for each file system that has an association with a bucket; FSx makes and names them.
_LUSTRE_ROLES = f"role/aws-service-role/{LUSTRE_S3_SERVICE}/AWSServiceRoleForFSxS3Access_fs-*"


class Keys(EnvironmentStack):
    """The environment's keys of KMS.

    Attributes:
        data: what projects compute: EFS, Lustre, our buckets.
        records: what is known of clusters: the registry, the logs and alarms.
        secrets: the private SSH keys.
    """

    def __init__(
        self, scope: Construct, id_: str, *, settings: Settings, callers: Sequence[str]
    ) -> None:
        super().__init__(scope, id_, settings=settings, description="Keys of KMS")
        self.data = self._key("Data", "hpc-data", "What projects compute")
        self.data.add_to_resource_policy(self._lustre_and_buckets())
        self.records = self._key("Records", "hpc-records", "What is known of clusters")
        self.records.add_to_resource_policy(self._logs())
        self.secrets = self._key("Secrets", "hpc-secrets", "Private SSH keys of clusters")
        self.secrets.add_to_resource_policy(self._secrets_manager_only())
        if settings.alarms and settings.alarms.emails:
            self.records.add_to_resource_policy(publish_encrypted(self))
        for caller in callers:
            self.secrets.add_to_resource_policy(self._read_secrets(caller))

    def _key(self, id_: str, alias: str, description: str) -> kms.Key:
        return kms.Key(
            self,
            id_,
            alias=f"alias/{alias}",
            description=description,
            enable_key_rotation=True,
            removal_policy=self.removal,
        )

    def _lustre_and_buckets(self) -> iam.PolicyStatement:
        """A file system's service-linked role reads and writes its buckets' objects.

        That role's own policy says nothing of keys, so this must allow it by itself: for the
        account's root it would only say that the role's policy may. A principal takes no pattern.
        """
        return iam.PolicyStatement(
            sid="LustreUsesBuckets",
            principals=[iam.AnyPrincipal()],
            actions=[
                "kms:Encrypt",
                "kms:Decrypt",
                "kms:ReEncrypt*",
                "kms:GenerateDataKey*",
                "kms:DescribeKey",
            ],
            resources=["*"],
            conditions={
                "StringEquals": {
                    "kms:CallerAccount": self.account,
                    **through("s3", self.region),
                },
                "ArnLike": {
                    "aws:PrincipalArn": f"arn:{self.partition}:iam::{self.account}:{_LUSTRE_ROLES}"
                },
            },
        )

    def _logs(self) -> iam.PolicyStatement:
        """CloudWatch Logs encrypts and reads the groups of our stacks and clusters."""
        groups = f"arn:{self.partition}:logs:{self.region}:{self.account}:log-group"
        return iam.PolicyStatement(
            sid="LogsUseOurGroups",
            principals=[iam.ServicePrincipal(f"logs.{self.region}.amazonaws.com")],
            actions=[
                "kms:Encrypt*",
                "kms:Decrypt*",
                "kms:ReEncrypt*",
                "kms:GenerateDataKey*",
                "kms:Describe*",
            ],
            resources=["*"],
            conditions={
                "ArnLike": {
                    "kms:EncryptionContext:aws:logs:arn": [
                        f"{groups}:{STACK_PREFIX}*",
                        f"{groups}:{JOB_RECORDS}/*",
                        f"{groups}:{DATABASE_LOGS}/hpc-*",
                    ]
                }
            },
        )

    def _secrets_manager_only(self) -> iam.PolicyStatement:
        """Nobody takes this key past Secrets Manager, an administrator neither."""
        return iam.PolicyStatement(
            sid="OnlyThroughSecretsManager",
            effect=iam.Effect.DENY,
            principals=[iam.AnyPrincipal()],
            actions=["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*"],
            resources=["*"],
            conditions={"StringNotEquals": through("secretsmanager", self.region)},
        )

    def _read_secrets(self, caller: str) -> iam.PolicyStatement:
        """Named here, or the caller could read the secret and not decrypt it."""
        return iam.PolicyStatement(
            principals=[iam.ArnPrincipal(caller)],
            actions=["kms:Decrypt"],
            resources=["*"],
            conditions={"StringEquals": through("secretsmanager", self.region)},
        )
